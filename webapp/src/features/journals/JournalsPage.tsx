import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { BookOpenText, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";
import type { BulkAction, Column, Filter } from "@/components/list/columns";
import { ListPage } from "@/components/list/ListPage";
import { exportList } from "@/lib/api/exportList";
import { booksChanged, createJournal, deleteJournal, journalsQuery } from "@/lib/api/journals";
import type { ManualJournal } from "@/lib/api/types";
import { formatDate } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";
import { toast } from "@/lib/toast";
import { urls } from "@/lib/urls";

import { JournalStatusBadge } from "./JournalStatusBadge";
import { writtenAgain } from "./writtenAgain";

const route = getRouteApi("/signed-in/shell/journals");
const STATUSES = ["draft", "published", "void"] as const;

export function JournalsPage() {
  const { t } = useTranslation();
  const may = useAbilities();
  const navigate = route.useNavigate();
  const state = route.useSearch();
  const columns = useColumns();
  const filters: Filter[] = [
    { name: "date_from", label: t("journals.dateFrom"), input: { kind: "date" } },
    { name: "date_to", label: t("journals.dateTo"), input: { kind: "date" } },
  ];
  const bulk = useBulk();
  const create = may("manual_journals.create") && (
    <ButtonLink to={urls.newJournal} leftSection={<Plus size={16} />}>
      {t("journals.new")}
    </ButtonLink>
  );
  return (
    <ListPage
      name="journals"
      title={t("navigation.journals")}
      actions={create}
      query={journalsQuery(state)}
      columns={columns}
      rowId={({ id }) => id}
      rowLink={({ id }) => ({ to: urls.journal, params: { journalId: id } })}
      rowName={({ number, memo }) => number || memo || t("journals.draft")}
      state={state}
      onState={(next) => void navigate({ search: next })}
      tabs={{ name: "status", choices: [{ value: "", label: t("journals.status.all") }, ...STATUSES.map((value) => ({ value, label: t(`journals.status.${value}`) }))] }}
      filters={filters}
      searchLabel={t("journals.search")}
      bulk={bulk}
      onExport={(format) => exportList("/api/manual-journals", state, format)}
      empty={<EmptyState icon={BookOpenText} title={t("journals.empty")} text={t("journals.emptyText")} action={create} />}
    />
  );
}

function useColumns(): Column<ManualJournal>[] {
  const { t } = useTranslation();
  const { base_currency } = useOrganization();
  return [
    { id: "number", label: t("journals.number"), kind: "number", ordering: "number", phone: "title", cell: ({ number }) => number || t("journals.draft") },
    { id: "date", label: t("journals.date"), kind: "date", ordering: "date", phone: "aside", cell: ({ date }) => formatDate(date) },
    { id: "memo", label: t("journals.memo"), phone: "wide", cell: ({ memo }) => memo || t("journals.noMemo") },
    { id: "reference", label: t("journals.reference"), phone: "none", cell: ({ reference }) => reference },
    { id: "status", label: t("journals.statusLabel"), phone: "title", cell: ({ status }) => <JournalStatusBadge status={status} /> },
    { id: "by", label: t("journals.writtenBy"), optional: true, phone: "none", cell: ({ created_by }) => created_by },
    {
      id: "total",
      label: t("journals.total"),
      kind: "amount",
      cell: ({ total, currency }) => (
        <>
          {currency !== base_currency && <small>{currency} </small>}
          <Amount value={total} />
        </>
      ),
    },
  ];
}

/** Drafts are deleted together; they can be written again as they were. */
function useBulk(): BulkAction<ManualJournal>[] {
  const { t } = useTranslation();
  const may = useAbilities();
  const client = useQueryClient();
  if (!may("manual_journals.delete")) return [];
  return [
    {
      label: t("action.delete"),
      tone: "danger",
      applies: ({ status }) => status === "draft",
      run: async (drafts) => {
        try {
          for (const { id } of drafts) await deleteJournal(id);
        } finally {
          await booksChanged(client);
        }
        const undo = async () => {
          for (const draft of drafts) await createJournal(writtenAgain(draft));
          await booksChanged(client);
        };
        toast.done(t("journals.deletedMany", { count: drafts.length }), may("manual_journals.create") ? { undo } : {});
      },
    },
  ];
}
