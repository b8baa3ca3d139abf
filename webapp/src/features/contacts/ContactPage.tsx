import { Alert, Group, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ActivityTrail } from "@/components/ActivityTrail";
import { Attachments } from "@/components/attachments/Attachments";
import { TextLink } from "@/components/links";
import { LoadedPage } from "@/components/LoadedPage";
import { Page, Sheet } from "@/components/Page";
import { StatusBadge } from "@/components/StatusBadge";
import type { Tagged } from "@/lib/api/client";
import { contactNameQuery, contactQuery } from "@/lib/api/contacts";
import type { Contact } from "@/lib/api/types";
import { type Ability, useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { ContactActions } from "./ContactActions";
import { Documents } from "./Documents";
import { OpenItemsTable } from "./OpenItemsTable";
import { Overview } from "./Overview";
import { Statement } from "./Statement";

const route = getRouteApi("/signed-in/shell/contacts/$contactId");

export function ContactPage() {
  const { t } = useTranslation("contacts");
  const { contactId } = route.useParams();
  const contact = useQuery(contactQuery(contactId));
  return (
    <LoadedPage query={contact} title={t("contact")}>
      {(known) => <KnownContact key={known.id} contact={known} />}
    </LoadedPage>
  );
}

const TABS = ["overview", "open", "documents", "statement", "attachments", "activity"] as const;
type Tab = (typeof TABS)[number];
const NEEDS: Partial<Record<Tab, Ability>> = { statement: "reports.view", activity: "activity.view", attachments: "attachments.view" };

function KnownContact({ contact }: { contact: Contact & Tagged }) {
  const { t } = useTranslation("contacts");
  const may = useAbilities();
  const navigate = route.useNavigate();
  const { tab } = route.useSearch();
  const offered = TABS.filter((name) => !NEEDS[name] || may(NEEDS[name]));
  const chosen = offered.find((name) => name === tab) ?? "overview";
  return (
    <Page
      title={contact.name}
      subtitle={
        <Group gap="xs">
          {contact.is_customer && <span>{t("field.is_customer")}</span>}
          {contact.is_vendor && <span>{t("field.is_vendor")}</span>}
          {contact.number && <bdi>{contact.number}</bdi>}
          {contact.currency && <span>{contact.currency}</span>}
          {!contact.is_active && <StatusBadge tone="neutral">{t("inactive")}</StatusBadge>}
        </Group>
      }
      actions={<ContactActions contact={contact} />}
    >
      {contact.merged_into && <MergedNotice into={contact.merged_into} />}
      <Tabs value={chosen} keepMounted={false} onChange={(value) => void navigate({ search: { tab: value === "overview" ? undefined : (value ?? undefined) }, replace: true })}>
        <Tabs.List mb="md">
          {offered.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <Overview contact={contact} />
        </Tabs.Panel>
        <Tabs.Panel value="open">
          <OpenItemsTable contact={contact} />
        </Tabs.Panel>
        <Tabs.Panel value="documents">
          <Documents contact={contact} />
        </Tabs.Panel>
        <Tabs.Panel value="statement">
          <Statement contact={contact} />
        </Tabs.Panel>
        <Tabs.Panel value="attachments">
          <Attachments of="contacts" id={contact.id} />
        </Tabs.Panel>
        <Tabs.Panel value="activity">
          <Sheet>
            <ActivityTrail subject="contact" id={contact.id} />
          </Sheet>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** It was a duplicate: all there is counts for the other one. */
function MergedNotice({ into }: { into: string }) {
  const { t } = useTranslation("contacts");
  const name = useQuery(contactNameQuery(into)).data ?? "";
  return (
    <Alert color="gray" variant="light" title={t("mergedTitle", { name })}>
      <Group gap="sm">
        <span>{t("mergedText")}</span>
        <TextLink to={urls.contact} params={{ contactId: into }} size="sm">
          {name}
        </TextLink>
      </Group>
    </Alert>
  );
}
