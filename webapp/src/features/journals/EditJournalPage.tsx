import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Navigate } from "@tanstack/react-router";

import { Loaded } from "@/components/Loaded";
import { accountsQuery } from "@/lib/api/accounts";
import { journalQuery } from "@/lib/api/journals";
import type { ManualJournal } from "@/lib/api/types";
import { urls } from "@/lib/urls";

import { JournalForm } from "./JournalForm";

const route = getRouteApi("/signed-in/shell/journals/$journalId/edit");

export function EditJournalPage() {
  const { journalId } = route.useParams();
  const journal = useQuery(journalQuery(journalId));
  return <Loaded query={journal}>{(known) => <Draft journal={known} />}</Loaded>;
}

function Draft({ journal }: { journal: ManualJournal }) {
  const accounts = useQuery(accountsQuery);
  if (journal.status !== "draft") return <Navigate to={urls.journal} params={{ journalId: journal.id }} replace />;
  return <Loaded query={accounts}>{(known) => <JournalForm key={journal.id} journal={journal} accounts={known} />}</Loaded>;
}
