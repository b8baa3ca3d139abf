import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { LoadedPage } from "@/components/LoadedPage";
import { accountsQuery } from "@/lib/api/accounts";
import { journalQuery } from "@/lib/api/journals";
import type { ManualJournal } from "@/lib/api/types";
import { urls } from "@/lib/urls";

import { JournalForm } from "./JournalForm";

const route = getRouteApi("/signed-in/shell/journals/$journalId/edit");

export function EditJournalPage() {
  const { t } = useTranslation();
  const { journalId } = route.useParams();
  const journal = useQuery(journalQuery(journalId));
  return (
    <LoadedPage query={journal} title={t("navigation.journals")}>
      {(known) => <Draft journal={known} />}
    </LoadedPage>
  );
}

function Draft({ journal }: { journal: ManualJournal }) {
  const { t } = useTranslation();
  const accounts = useQuery(accountsQuery);
  if (journal.status !== "draft") return <Navigate to={urls.journal} params={{ journalId: journal.id }} replace />;
  return (
    <LoadedPage query={accounts} title={t("navigation.journals")}>
      {(known) => <JournalForm key={journal.id} journal={journal} accounts={known} />}
    </LoadedPage>
  );
}
