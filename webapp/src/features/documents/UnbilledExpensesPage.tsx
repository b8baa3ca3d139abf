import { getRouteApi } from "@tanstack/react-router";
import { ReceiptText } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EmptyState } from "@/components/EmptyState";
import { TextLink } from "@/components/links";
import type { Column, Filter } from "@/components/list/columns";
import { ListPage } from "@/components/list/ListPage";
import { typedNumber } from "@/lib/amounts";
import { unbilledExpensesQuery } from "@/lib/api/documents";
import type { UnbilledExpense } from "@/lib/api/types";
import { formatDate } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";
import { placeOf } from "@/lib/sources";
import { urls } from "@/lib/urls";

const route = getRouteApi("/signed-in/shell/unbilled-expenses");

/** What was bought for customers and is on no invoice yet. */
export function UnbilledExpensesPage() {
  const { t } = useTranslation("documents");
  const navigate = route.useNavigate();
  const state = route.useSearch();
  const filters: Filter[] = [
    { name: "customer", label: t("unbilled.customer"), input: { kind: "contact" } },
    { name: "date_from", label: t("filter.dateFrom"), input: { kind: "date" } },
    { name: "date_to", label: t("filter.dateTo"), input: { kind: "date" } },
  ];
  return (
    <ListPage
      name="unbilled-expenses"
      title={t("unbilled.title")}
      query={unbilledExpensesQuery(state)}
      columns={useColumns()}
      rowId={({ line }) => line}
      state={state}
      onState={(next) => void navigate({ search: next })}
      filters={filters}
      withoutSearch
      empty={<EmptyState icon={ReceiptText} title={t("unbilled.empty")} text={t("unbilled.emptyText")} />}
    />
  );
}

function useColumns(): Column<UnbilledExpense>[] {
  const { t } = useTranslation("documents");
  const may = useAbilities();
  const bill: Column<UnbilledExpense> = {
    id: "bill",
    label: t("unbilled.bill"),
    phone: "aside",
    cell: ({ customer }) => (
      <TextLink to={urls.newDocument} params={{ kind: "invoices" }} search={{ contact: customer.id }} inherit aria-label={t("unbilled.billTo", { customer: customer.name })}>
        {t("unbilled.bill")}
      </TextLink>
    ),
  };
  return [
    { id: "what", label: t("unbilled.what"), phone: "title", cell: ({ description, item }) => description || item?.name },
    {
      id: "customer",
      label: t("unbilled.customer"),
      cell: ({ customer }) => (
        <TextLink to={urls.contact} params={{ contactId: customer.id }} inherit c="inherit">
          {customer.name}
        </TextLink>
      ),
    },
    { id: "bought", label: t("unbilled.bought"), kind: "date", cell: ({ document }) => formatDate(document.date) },
    { id: "document", label: t("unbilled.document"), kind: "number", cell: ({ document }) => <Bought document={document} /> },
    { id: "quantity", label: t("unbilled.quantity"), kind: "amount", optional: true, cell: ({ quantity, unit }) => [typedNumber(quantity), unit].filter(Boolean).join(" ") },
    { id: "cost", label: t("unbilled.cost"), kind: "amount", cell: ({ cost, currency }) => <Cost cost={cost} currency={currency} /> },
    ...(may("invoices.create") ? [bill] : []),
  ];
}

function Bought({ document: { kind, id, number, contact } }: Pick<UnbilledExpense, "document">) {
  const place = placeOf(kind, id);
  return (
    <>
      {place ? (
        <TextLink {...place} inherit>
          {number}
        </TextLink>
      ) : (
        number
      )}{" "}
      {contact?.name}
    </>
  );
}

function Cost({ cost, currency }: Pick<UnbilledExpense, "cost" | "currency">) {
  return (
    <>
      <Amount value={cost} /> {currency}
    </>
  );
}
