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
export type Contact = Complete<Schemas["Contact"]>;
export type ContactRow = Complete<Schemas["ContactRow"]>;
export type ContactInput = Schemas["ContactWriteRequest"];
export type ContactChange = Schemas["PatchedContactWriteRequest"];
export type AddressKind = Schemas["AddressKindEnum"];
export type OpenItems = Complete<Schemas["OpenItems"]>;
export type OpenItem = Complete<Schemas["OpenItem"]>;
export type PaymentTerms = Complete<Schemas["PaymentTerms"]>;
export type PaymentTermsInput = Schemas["PaymentTermsWriteRequest"];
export type Item = Complete<Schemas["Item"]>;
export type ItemInput = Schemas["ItemWriteRequest"];
export type ItemCategory = Complete<Schemas["ItemCategory"]>;
export type ItemCategoryInput = Schemas["ItemCategoryWriteRequest"];
export type Unit = Complete<Schemas["Unit"]>;
export type UnitInput = Schemas["UnitWriteRequest"];
export type PriceList = Complete<Schemas["PriceList"]>;
export type PriceListInput = Schemas["PriceListWriteRequest"];
export type Price = Complete<Schemas["Price"]>;
export type PriceInput = Schemas["PriceWriteRequest"];
export type Payment = Complete<Schemas["Payment"]>;
export type PaymentRow = Complete<Schemas["PaymentRow"]>;
export type PaymentInput = Schemas["PaymentCreateRequest"];
export type PaymentChange = Schemas["PatchedPaymentEditRequest"];
export type AllocationInput = Schemas["AllocationWriteRequest"];
export type Allocation = Complete<Schemas["Allocation"]>;
export type Suggestion = Complete<Schemas["Suggestion"]>;
export type BatchInput = Schemas["BatchRequest"];
export type RefundInput = Schemas["RefundRequest"];
export type Activity = Complete<Schemas["Activity"]>;
export type Listing = Complete<Schemas["Listing"]>;
export type Dashboard = Complete<Schemas["Dashboard"]>;
export type Found = Complete<Schemas["Found"]>;

// Taxes
export type TaxRate = Complete<Schemas["TaxRate"]>;
export type TaxRateInput = Schemas["TaxRateWriteRequest"];
export type TaxRateChange = Schemas["PatchedTaxRateEditRequest"];
export type TaxKind = Schemas["TaxKindEnum"];
export type TaxFigures = Complete<Schemas["TaxFigures"]>;
export type TaxReturn = Complete<Schemas["TaxReturn"]>;
export type TaxReturnSummary = Complete<Schemas["TaxReturnSummary"]>;
export type TaxReturnInput = Schemas["ReturnPrepareRequest"];
export type TaxEntry = Complete<Schemas["TaxEntry"]>;

// Periods, currencies, the whole books
export type PeriodLocks = Complete<Schemas["PeriodLocks"]>;
export type LockArea = Schemas["AreaEnum"];
export type LockInput = Schemas["LockWriteRequest"];
export type UnlockInput = Schemas["UnlockWriteRequest"];
export type FiscalYear = Complete<Schemas["FiscalYear"]>;
export type OpeningBalances = Complete<Schemas["OpeningBalances"]>;
export type OpeningInput = Schemas["OpeningWriteRequest"];
export type Currency = Complete<Schemas["Currency"]>;
export type ExchangeRate = Complete<Schemas["ExchangeRate"]>;
export type RateImportInput = Schemas["RateImportRequest"];
export type RateImportResult = Complete<Schemas["RateImportResult"]>;
export type Revaluation = Complete<Schemas["Revaluation"]>;
export type RevaluationPreview = Complete<Schemas["RevaluationPreview"]>;
export type NumberSeries = Complete<Schemas["NumberSeries"]>;
export type OrganizationActivity = Complete<Schemas["OrganizationActivity"]>;
export type ImportInput = Schemas["ImportRequest"];
export type ImportReport = Complete<Schemas["ImportReport"]>;
export type Report = Complete<Schemas["Report"]>;
export type ReportRow = Report["rows"][number];
export type TaxSummary = Complete<Schemas["TaxSummary"]>;
export type TaxDetail = Complete<Schemas["TaxDetail"]>;
export type Journal = Complete<Schemas["Journal"]>;
export type LedgerLines = Complete<Schemas["LedgerLines"]>;
export type ReportDescription = Complete<Schemas["ReportList"]>;

// Documents
export type Document = Complete<Schemas["Document"]>;
export type DocumentRow = Complete<Schemas["DocumentRow"]>;
export type DocumentLine = Complete<Schemas["DocumentLine"]>;
export type DocumentTax = Complete<Schemas["DocumentTax"]>;
export type DocumentInput = Schemas["DocumentEditRequest"];
export type DocumentLineInput = Schemas["DocumentLineWriteRequest"];
export type OpeningDocumentInput = Schemas["OpeningBalanceEditRequest"];
export type ConvertInput = Schemas["ConvertRequest"];
export type BulkOutcome = Complete<Schemas["BulkOutcome"]>;
export type UnbilledExpense = Complete<Schemas["UnbilledExpense"]>;
export type Attachment = Complete<Schemas["Attachment"]>;
export type RecurringDocument = Complete<Schemas["RecurringInvoice"]>;
export type RecurringDocumentInput = Schemas["RecurringInvoiceWriteRequest"];
export type RecurringJournal = Complete<Schemas["RecurringJournal"]>;
export type RecurringJournalInput = Schemas["RecurringJournalWriteRequest"];
export type RecurringRun = Complete<Schemas["RecurringRun"]>;
export type ScheduleInput = Schemas["ScheduleRequest"];
