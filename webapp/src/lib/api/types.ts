/** The API's nouns, named for the screens; each is a shape of the generated schema. */
import type { components } from "./schema";

type Schemas = components["schemas"];

/**
 * An answer always has all its fields. The schema says "optional" for those that may be left out of a request, because
 * the server describes both with one shape.
 */
export type Complete<Answer> = Answer extends readonly (infer Item)[]
  ? Complete<Item>[]
  : Answer extends object
    ? { [Field in keyof Answer]-?: Complete<Answer[Field]> }
    : Answer;

export type User = Complete<Schemas["User"]>;
export type Tokens = Complete<Schemas["Tokens"]>;
export type SignUpInput = Schemas["SignUpRequest"];
export type Organization = Complete<Schemas["Organization"]>;
export type OrganizationInput = Schemas["OrganizationRequest"];
export type OrganizationChange = Schemas["PatchedOrganizationChangeRequest"];
export type SetUpChoices = Complete<Schemas["SetUpChoices"]>;
export type Job = Complete<Schemas["Job"]>;
export type Role = Schemas["RoleEnum"];
export type RoleChoice = Complete<Schemas["Role"]>;
export type Member = Complete<Schemas["Member"]>;
export type Invitation = Complete<Schemas["Invitation"]>;
export type InvitationInput = Schemas["InvitationRequest"];
export type ApiKey = Complete<Schemas["ApiKey"]>;
export type ApiKeyInput = Schemas["ApiKeyRequest"];
export type NewApiKey = Complete<Schemas["NewApiKey"]>;
export type Account = Complete<Schemas["Account"]>;
export type AccountInput = Schemas["AccountWriteRequest"];
export type AccountType = Complete<Schemas["AccountType"]>;
export type AccountRoot = AccountType["root"];
export type ManualJournal = Complete<Schemas["ManualJournal"]>;
export type ManualJournalInput = Schemas["ManualJournalCreateRequest"];
export type JournalStatus = ManualJournal["status"];
export type JournalEntry = Complete<Schemas["JournalEntry"]>;
export type TrialBalance = Complete<Schemas["TrialBalance"]>;
