import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { FileText, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { DocumentState } from "@/components/documents/DocumentState";
import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";
import type { BulkAction, Column, Filter } from "@/components/list/columns";
import { ListPage } from "@/components/list/ListPage";
import { deleteDocuments, documentsChanged, documentsQuery, exportDocuments, issueDocuments } from "@/lib/api/documents";
import { ApiProblem } from "@/lib/api/problem";
import type { BulkOutcome, DocumentRow } from "@/lib/api/types";
import { policyOf } from "@/lib/documentKinds";
import { type DocumentKind, documentKindAt } from "@/lib/kinds";
import { formatDate, formatInstant } from "@/lib/locale";
import { isZero } from "@/lib/money";
import { useAbilities, useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { UnknownKindPage } from "./UnknownKindPage";

const route = getRouteApi("/signed-in/shell/documents/$kind");

export function DocumentsPage() {
  const { kind: path } = route.useParams();
  const kind = documentKindAt(path);
  return kind ? <Documents key={path} kind={kind} /> : <UnknownKindPage />;
}

function Documents({ kind }: { kind: DocumentKind }) {
  const { t } = useTranslation("documents");
  const may = useAbilities();
  const navigate = route.useNavigate();
  const state = route.useSearch();
  const columns = useColumns(kind);
  const filters = useFilters(kind);
  const bulk = useBulk(kind);
  const { states } = policyOf(kind);
  const create = may(`${kind.subject}.create`) && (
    <ButtonLink to={urls.newDocument} params={{ kind: kind.path }} leftSection={<Plus size={16} />}>
      {t(`new.${kind.value}`)}
    </ButtonLink>
  );
  return (
    <ListPage
      name={`documents.${kind.path}`}
      title={t(`kinds.${kind.value}`)}
      actions={create}
      query={documentsQuery(kind, state)}
      columns={columns}
      rowId={({ id }) => id}
      rowLink={({ id }) => ({ to: urls.document, params: { kind: kind.path, documentId: id } })}
      rowName={({ number, contact }) => number || t("list.draftOf", { contact: contact?.name ?? "" })}
      state={state}
      onState={(next) => void navigate({ search: next })}
      tabs={{ name: "state", choices: [{ value: "", label: t("list.all") }, ...states.map((value) => ({ value, label: t(`documentState.${value as "draft"}`) }))] }}
      filters={filters}
      searchLabel={t("list.search")}
      bulk={bulk}
      onExport={(format) => exportDocuments(kind, state, format)}
      empty={<EmptyState icon={FileText} title={t(`empty.${kind.value}`)} text={t(`about.${kind.value}`)} action={create} />}
    />
  );
}

function useColumns(kind: DocumentKind): Column<DocumentRow>[] {
  const { t } = useTranslation("documents");
  const { base_currency } = useOrganization();
  const { isOpenItem, isDue } = policyOf(kind);
  const all: (Column<DocumentRow> | false)[] = [
    { id: "number", label: t("field.number"), kind: "number", ordering: "number", phone: "title", cell: ({ number }) => number || t("documentState.draft") },
    { id: "contact", label: t(`field.contact.${kind.side}`), ordering: "contact__name", phone: "wide", cell: ({ contact }) => contact?.name ?? "" },
    { id: "date", label: t("field.date"), kind: "date", ordering: "date", phone: "aside", cell: ({ date }) => formatDate(date) },
    {
      id: "due",
      label: t(isDue ? "field.dueDate" : "field.validUntil"),
      kind: "date",
      ordering: "due_date",
      phone: "none",
      optional: !isDue && kind.value !== "estimate",
      cell: ({ due_date }) => due_date && formatDate(due_date),
    },
    { id: "reference", label: t("field.reference"), phone: "none", optional: kind.side === "sales", cell: ({ reference }) => reference },
    { id: "state", label: t("field.state"), phone: "title", cell: ({ state }) => <DocumentState state={state} /> },
    isOpenItem && {
      id: "open",
      label: t(policyOf(kind).isCredit ? "field.unapplied" : "field.open"),
      kind: "amount",
      totalOf: "open",
      phone: "none",
      cell: ({ open_amount, currency }) => !isZero(open_amount) && <Money value={open_amount} currency={currency} />,
    },
    { id: "total", label: t("field.total"), kind: "amount", ordering: "total", totalOf: "total", cell: ({ total, currency }) => <Money value={total} currency={currency} /> },
    { id: "base", label: t("field.baseTotal", { currency: base_currency }), kind: "amount", optional: true, phone: "none", cell: ({ base_total }) => <Amount value={base_total} blankZero /> },
    { id: "updated", label: t("field.updatedAt"), kind: "date", optional: true, phone: "none", cell: ({ updated_at }) => formatInstant(updated_at) },
  ];
  return all.filter((column) => column !== false);
}

/** The currency is said where it is not that of the books. */
function Money({ value, currency }: { value: string; currency: string }) {
  const { base_currency } = useOrganization();
  return (
    <>
      {currency !== base_currency && <small>{currency} </small>}
      <Amount value={value} />
    </>
  );
}

function useFilters(kind: DocumentKind): Filter[] {
  const { t } = useTranslation("documents");
  const { isOpenItem } = policyOf(kind);
  return [
    { name: "contact", label: t(`field.contact.${kind.side}`), input: { kind: "contact" } },
    { name: "date_from", label: t("filter.dateFrom"), input: { kind: "date" } },
    { name: "date_to", label: t("filter.dateTo"), input: { kind: "date" } },
    { name: "due_from", label: t("filter.dueFrom"), input: { kind: "date" } },
    { name: "due_to", label: t("filter.dueTo"), input: { kind: "date" } },
    { name: "total_from", label: t("filter.totalFrom"), input: { kind: "text" } },
    { name: "total_to", label: t("filter.totalTo"), input: { kind: "text" } },
    { name: "currency", label: t("field.currency"), input: { kind: "text" } },
    ...(isOpenItem ? [{ name: "is_open", label: t("filter.open"), input: { kind: "yes" } } as const] : []),
  ];
}

function useBulk(kind: DocumentKind): BulkAction<DocumentRow>[] {
  const { t } = useTranslation("documents");
  const may = useAbilities();
  const client = useQueryClient();
  const { issue } = policyOf(kind);
  const isDraft = ({ status }: DocumentRow) => status === "draft";
  /** Those that did not work are told by name, after the others are done. */
  const told = async (rows: DocumentRow[], outcomes: BulkOutcome[], done: "bulk.done" | "bulk.deleted") => {
    await documentsChanged(client);
    const count = outcomes.filter(({ ok }) => ok).length;
    if (count) notifications.show({ color: "ledger", message: t(done, { count }) });
    const failed = outcomes.filter(({ ok }) => !ok);
    if (!failed.length) return;
    const errors = failed.map(({ id, problem }) => {
      const row = rows.find((one) => one.id === id);
      const name = row?.number || t("list.draftOf", { contact: row?.contact?.name ?? "" });
      return { pointer: `/ids/${id}`, code: problem?.code ?? "", detail: t("bulk.failed", { name, detail: problem?.detail ?? "" }) };
    });
    throw new ApiProblem({ code: "bulk", status: 409, title: t("bulk.someFailed", { count: failed.length }), detail: t("bulk.someFailed", { count: failed.length }), errors });
  };
  const actions: (BulkAction<DocumentRow> | false)[] = [
    may(`${kind.subject}.publish`) && {
      label: t(`verb.${issue}`),
      applies: isDraft,
      run: async (rows) => told(rows, await issueDocuments(kind, rows), "bulk.done"),
    },
    may(`${kind.subject}.delete`) && {
      label: t("bulk.delete"),
      tone: "danger",
      applies: isDraft,
      run: async (rows) => told(rows, await deleteDocuments(kind, rows), "bulk.deleted"),
    },
  ];
  return actions.filter((action) => action !== false);
}
