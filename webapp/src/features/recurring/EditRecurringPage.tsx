import { useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { LoadedPage } from "@/components/LoadedPage";
import { Page } from "@/components/Page";
import type { Tagged } from "@/lib/api/client";
import { contactQuery } from "@/lib/api/contacts";
import { itemQuery } from "@/lib/api/items";
import { templateQuery } from "@/lib/api/recurring";
import type { RecurringDocument, RecurringJournal } from "@/lib/api/types";
import type { DocumentKind, RecurringKind } from "@/lib/kinds";
import { useOrganization } from "@/lib/organization";

import { DocumentTemplateForm } from "./DocumentTemplateForm";
import { journalDraftOf } from "./journalDraft";
import { JournalTemplateForm } from "./JournalTemplateForm";
import { madeBy, recurringKindAt } from "./kinds";
import { scheduleOf } from "./schedule";
import { draftOf, idOf, itemsIn } from "./template";
import { UnknownKindPage } from "./UnknownKindPage";

const route = getRouteApi("/signed-in/shell/recurring/$kind/$templateId/edit");

export function EditRecurringPage() {
  const { kind: path, templateId } = route.useParams();
  const kind = recurringKindAt(path);
  return kind ? <Edited key={templateId} kind={kind} id={templateId} /> : <UnknownKindPage />;
}

function Edited({ kind, id }: { kind: RecurringKind; id: string }) {
  const { t } = useTranslation("recurring");
  const template = useQuery(templateQuery(kind, id));
  const [attempt, setAttempt] = useState(0);
  const reload = async () => {
    await template.refetch();
    setAttempt(attempt + 1);
  };
  const { base_currency } = useOrganization();
  const makes = madeBy(kind);
  return (
    <LoadedPage query={template} title={t(`kinds.${kind}`)}>
      {(known) => {
        if (makes) return <EditedDocument key={attempt} kind={kind} makes={makes} template={known} onReload={() => void reload()} />;
        const journal = known as unknown as RecurringJournal & Tagged;
        return <JournalTemplateForm key={attempt} kind={kind} template={journal} initial={{ schedule: scheduleOf(journal), draft: journalDraftOf(journal, base_currency) }} onReload={() => void reload()} />;
      }}
    </LoadedPage>
  );
}

interface DocumentProps {
  kind: RecurringKind;
  makes: DocumentKind;
  template: RecurringDocument & Tagged;
  onReload: () => void;
}

/** The items of the lines and the contact are asked for together: names, taxes and the currency follow from them. */
function EditedDocument({ kind, makes, template, onReload }: DocumentProps) {
  const { base_currency } = useOrganization();
  const contactId = idOf(template.contact);
  const contact = useQuery({ ...contactQuery(contactId), enabled: contactId !== "" });
  const items = useQueries({ queries: itemsIn(template).map((id) => itemQuery(id)) });
  const failed = items.find(({ isError }) => isError);
  if (items.some(({ data }) => !data) || (contactId && !contact.data)) {
    return (
      <Page title={template.name}>
        <Loaded query={failed ?? contact as never}>{() => null}</Loaded>
      </Page>
    );
  }
  const known = items.flatMap(({ data }) => (data ? [data] : []));
  return <DocumentTemplateForm kind={kind} makes={makes} template={template} initial={{ schedule: scheduleOf(template), draft: draftOf(template, known, base_currency, contact.data?.currency ?? "") }} onReload={onReload} />;
}
