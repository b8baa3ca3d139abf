import { useQuery } from "@tanstack/react-query";

import { Loaded } from "@/components/Loaded";
import { accountsQuery } from "@/lib/api/accounts";

import { JournalForm } from "./JournalForm";

export function NewJournalPage() {
  const accounts = useQuery(accountsQuery);
  return <Loaded query={accounts}>{(known) => <JournalForm accounts={known} />}</Loaded>;
}
