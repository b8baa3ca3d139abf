import { Button } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { FileSpreadsheet, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EmptyState } from "@/components/EmptyState";
import type { Column } from "@/components/list/columns";
import { ListPage } from "@/components/list/ListPage";
import { loadLater } from "@/components/loadLater";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { taxReturnsQuery } from "@/lib/api/taxes";
import type { TaxReturnSummary } from "@/lib/api/types";
import { formatDate, formatInstant } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { ReturnStatusBadge } from "./ReturnStatusBadge";

const PrepareDialog = loadLater(() => import("./PrepareDialog").then((module) => module.PrepareDialog));

const route = getRouteApi("/signed-in/shell/tax-returns");

const STATUSES = ["draft", "filed", "paid", "unfiled"] as const;

export function TaxReturnsPage() {
  const { t } = useTranslation("taxes");
  const may = useAbilities();
  return may("tax_returns.view") ? <Returns /> : <NotAllowedPage title={t("returns.title")} />;
}

function Returns() {
  const { t } = useTranslation("taxes");
  const may = useAbilities();
  const state = route.useSearch();
  const goTo = route.useNavigate();
  const navigate = useNavigate();
  const [isPreparing, setPreparing] = useState(false);
  const columns: Column<TaxReturnSummary>[] = [
    {
      id: "days",
      label: t("returns.period"),
      ordering: "date_to",
      cell: (row) => t("returns.periodOf", { from: formatDate(row.date_from), to: formatDate(row.date_to) }),
    },
    { id: "state", label: t("returns.state"), phone: "aside", cell: (row) => <ReturnStatusBadge status={row.status} /> },
    { id: "basis", label: t("returns.basis"), phone: "none", cell: (row) => t(`basis.${row.basis}`) },
    { id: "reference", label: t("returns.reference"), phone: "none", cell: (row) => row.reference },
    { id: "filed", label: t("returns.filedAt"), kind: "date", phone: "none", optional: true, cell: (row) => row.filed_at && formatInstant(row.filed_at) },
    { id: "owed", label: t("returns.owed"), kind: "amount", cell: (row) => <Amount value={row.owed} /> },
    { id: "paid", label: t("returns.paid"), kind: "amount", phone: "none", cell: (row) => <Amount value={row.paid} /> },
    { id: "open", label: t("returns.open"), kind: "amount", phone: "none", cell: (row) => <Amount value={row.open} /> },
  ];
  const prepare = may("tax_returns.create") && (
    <Button leftSection={<Plus size={16} />} onClick={() => setPreparing(true)}>
      {t("returns.prepare")}
    </Button>
  );
  return (
    <>
      <ListPage
        name="tax_returns"
        title={t("returns.title")}
        actions={prepare}
        query={taxReturnsQuery(state)}
        columns={columns}
        rowId={(row) => row.id}
        rowLink={(row) => ({ to: urls.taxReturn, params: { returnId: row.id } })}
        state={{ ...state }}
        onState={(next) => void goTo({ search: next, replace: true })}
        tabs={{ name: "status", choices: [{ value: "", label: t("returns.all") }, ...STATUSES.map((value) => ({ value, label: t(`returns.status.${value}`) }))] }}
        searchLabel={t("returns.search")}
        empty={<EmptyState icon={FileSpreadsheet} title={t("returns.empty")} text={t("returns.emptyText")} action={prepare} />}
      />
      {isPreparing && (
        <PrepareDialog onClose={() => setPreparing(false)} onDone={(id) => void navigate({ to: urls.taxReturn, params: { returnId: id } })} />
      )}
    </>
  );
}
