import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { LoadedPage } from "@/components/LoadedPage";
import { accountsQuery } from "@/lib/api/accounts";

import { JournalForm } from "./JournalForm";

export function NewJournalPage() {
  const { t } = useTranslation();
  const accounts = useQuery(accountsQuery);
  return (
    <LoadedPage query={accounts} title={t("journals.newTitle")}>
      {(known) => <JournalForm accounts={known} />}
    </LoadedPage>
  );
}
