import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Navigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { LoadedPage } from "@/components/LoadedPage";
import { accountsQuery } from "@/lib/api/accounts";
import type { Tagged } from "@/lib/api/client";
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
      {(known) => <Draft key={journalId} journal={known} reload={async () => (await journal.refetch()).data} />}
    </LoadedPage>
  );
}

/** What was there when the work began stays the ground it is compared with, whatever is read in the background. */
function Draft({ journal, reload }: { journal: ManualJournal & Tagged; reload: () => Promise<(ManualJournal & Tagged) | undefined> }) {
  const { t } = useTranslation();
  const accounts = useQuery(accountsQuery);
  const [begun, setBegun] = useState(journal);
  if (begun.status !== "draft") return <Navigate to={urls.journal} params={{ journalId: begun.id }} replace />;
  return (
    <LoadedPage query={accounts} title={t("navigation.journals")}>
      {(known) => <JournalForm key={begun.tag} journal={begun} accounts={known} onReload={() => void reload().then((newer) => newer && setBegun(newer))} />}
    </LoadedPage>
  );
}
