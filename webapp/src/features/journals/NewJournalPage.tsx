import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { LoadedPage } from "@/components/LoadedPage";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { accountsQuery } from "@/lib/api/accounts";
import { journalQuery } from "@/lib/api/journals";
import type { ManualJournal } from "@/lib/api/types";
import { useAbilities } from "@/lib/organization";

import { JournalForm } from "./JournalForm";

const route = getRouteApi("/signed-in/shell/journals/new");

export function NewJournalPage() {
  const { t } = useTranslation();
  const may = useAbilities();
  const { copy } = route.useSearch();
  if (!may("manual_journals.create")) return <NotAllowedPage title={t("journals.newTitle")} />;
  return copy ? <CopiedJournal key={copy} id={copy} /> : <Journal key="empty" />;
}

function CopiedJournal({ id }: { id: string }) {
  const { t } = useTranslation();
  const journal = useQuery(journalQuery(id));
  return (
    <LoadedPage query={journal} title={t("journals.newTitle")}>
      {(known) => <Journal copyOf={known} />}
    </LoadedPage>
  );
}

function Journal({ copyOf }: { copyOf?: ManualJournal }) {
  const { t } = useTranslation();
  const accounts = useQuery(accountsQuery);
  return (
    <LoadedPage query={accounts} title={t("journals.newTitle")}>
      {(known) => <JournalForm accounts={known} copyOf={copyOf} />}
    </LoadedPage>
  );
}
