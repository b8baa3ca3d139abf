import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { emptyDraft } from "@/components/documents/draft";
import { LoadedPage } from "@/components/LoadedPage";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { documentSettingsQuery } from "@/lib/api/documents";
import type { DocumentKind, RecurringKind } from "@/lib/kinds";
import { today } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";

import { DocumentTemplateForm } from "./DocumentTemplateForm";
import { emptyJournal } from "./journalDraft";
import { JournalTemplateForm } from "./JournalTemplateForm";
import { ACTIONS, madeBy, recurringKindAt } from "./kinds";
import { newSchedule } from "./schedule";
import { UnknownKindPage } from "./UnknownKindPage";

const route = getRouteApi("/signed-in/shell/recurring/$kind/new");

export function NewRecurringPage() {
  const { t } = useTranslation("recurring");
  const may = useAbilities();
  const kind = recurringKindAt(route.useParams().kind);
  if (!kind) return <UnknownKindPage />;
  if (!may(`recurring_${kind}.create`)) return <NotAllowedPage title={t(`newTitle.${kind}`)} />;
  const makes = madeBy(kind);
  return makes ? <NewDocument key={kind} kind={kind} makes={makes} /> : <NewJournal kind={kind} />;
}

function NewDocument({ kind, makes }: { kind: RecurringKind; makes: DocumentKind }) {
  const { t } = useTranslation("recurring");
  const { base_currency, timezone } = useOrganization();
  const settings = useQuery(documentSettingsQuery);
  const [attempt, setAttempt] = useState(0);
  const start = today(timezone);
  return (
    <LoadedPage query={settings} title={t(`newTitle.${kind}`)}>
      {({ tax_rounding }) => (
        <DocumentTemplateForm
          key={attempt}
          kind={kind}
          makes={makes}
          initial={{ schedule: newSchedule(start, ACTIONS[kind]), draft: emptyDraft(start, base_currency, tax_rounding) }}
          onReload={() => setAttempt(attempt + 1)}
        />
      )}
    </LoadedPage>
  );
}

function NewJournal({ kind }: { kind: RecurringKind }) {
  const { base_currency, timezone } = useOrganization();
  const [attempt, setAttempt] = useState(0);
  return (
    <JournalTemplateForm
      key={attempt}
      kind={kind}
      initial={{ schedule: newSchedule(today(timezone), ACTIONS[kind]), draft: emptyJournal(base_currency) }}
      onReload={() => setAttempt(attempt + 1)}
    />
  );
}
