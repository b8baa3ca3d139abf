import { getRouteApi } from "@tanstack/react-router";
import { Banknote, Plus } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";
import type { Column, Filter } from "@/components/list/columns";
import { ListPage } from "@/components/list/ListPage";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { accountLabel } from "@/lib/accountSearch";
import { accountsQuery } from "@/lib/api/accounts";
import { exportList } from "@/lib/api/exportList";
import { paymentsQuery } from "@/lib/api/payments";
import type { PaymentRow } from "@/lib/api/types";
import { PAYMENT_KINDS, type PaymentKind, paymentKindAt } from "@/lib/kinds";
import { formatDate } from "@/lib/locale";
import { isZero } from "@/lib/money";
import { useAbilities, useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { policyOf } from "./kinds";
import { UnknownKindPage } from "./UnknownKindPage";

const route = getRouteApi("/signed-in/shell/payments/$kind");

export function PaymentsPage() {
  const { kind: path } = route.useParams();
  const kind = paymentKindAt(path);
  return kind ? <Payments key={path} kind={kind} /> : <UnknownKindPage />;
}

function Payments({ kind }: { kind: PaymentKind }) {
  const { t } = useTranslation("payments");
  const may = useAbilities();
  const { base_currency } = useOrganization();
  const state = route.useSearch();
  const navigate = route.useNavigate();
  const policy = policyOf(kind);
  const accounts = (useQuery({ ...accountsQuery, enabled: may("accounts.view") }).data ?? []).filter(({ type }) => policy.moneyTypes.includes(type));
  const currency = (row: PaymentRow) => row.currency !== base_currency && <span className={table.quiet}> {row.currency}</span>;
  const columns: Column<PaymentRow>[] = [
    { id: "number", label: t("number"), ordering: "number", kind: "number", phone: "title", cell: ({ number }) => number },
    { id: "date", label: t("date"), ordering: "date", kind: "date", phone: "aside", cell: ({ date }) => formatDate(date) },
    { id: "contact", label: t(policy.contactLabel), phone: "wide", cell: ({ contact }) => contact.name },
    { id: "account", label: t(policy.accountLabel), phone: "none", cell: ({ account }) => account.name },
    { id: "method", label: t("method"), phone: "none", optional: true, cell: ({ method }) => method },
    { id: "reference", label: t("reference"), phone: "wide", cell: ({ reference }) => reference },
    {
      id: "status",
      label: t("statusLabel"),
      phone: "title",
      cell: ({ status, unallocated }) =>
        status === "void" ? <StatusBadge tone="neutral">{t("status.void")}</StatusBadge> : policy.leavesCredit && !isZero(unallocated) ? <StatusBadge tone="waiting">{t("hasCredit")}</StatusBadge> : null,
    },
    { id: "amount", label: t("amount"), ordering: "amount", kind: "amount", totalOf: "total", cell: (row) => <><Amount value={row.amount} />{currency(row)}</> },
    ...(policy.leavesCredit ? [{ id: "credit", label: t("creditLeft"), kind: "amount" as const, phone: "none" as const, totalOf: "open" as const, cell: (row: PaymentRow) => <Amount value={row.unallocated} blankZero /> }] : []),
    { id: "base", label: t("inBase", { currency: base_currency }), kind: "amount", phone: "none", optional: true, cell: ({ base_amount }) => <Amount value={base_amount} /> },
  ];
  const filters: Filter[] = [
    { name: "contact", label: t(policy.contactLabel), input: { kind: "contact" } },
    { name: "account", label: t(policy.accountLabel), input: { kind: "choice", choices: accounts.map((account) => ({ value: account.id, label: accountLabel(account) })) } },
    { name: "date_from", label: t("from"), input: { kind: "date" } },
    { name: "date_to", label: t("to"), input: { kind: "date" } },
    { name: "currency", label: t("currency"), input: { kind: "text" } },
  ];
  // One tab is about another parameter of the server's list: what has a credit left.
  const { status, ...rest } = state;
  const query = { ...rest, ...(status === "credit" ? { has_credit: "true" } : status && { status }), totals: "true" };
  const create = may(`${kind.subject}.create`) && (
    <ButtonLink to={urls.newPayment} params={{ kind: kind.path }} leftSection={<Plus size={16} />}>
      {t(`new.${kind.value}`)}
    </ButtonLink>
  );
  const refunds = PAYMENT_KINDS.find(({ side, value }) => side === kind.side && value.endsWith("refund"));
  return (
    <ListPage
      name={`payments.${kind.path}`}
      title={t(`kinds.${kind.value}`)}
      actions={
        <>
          {policy.leavesCredit && refunds && may(`${refunds.subject}.view`) && (
            <ButtonLink to={urls.payments} params={{ kind: refunds.path }} variant="default">
              {t(`kinds.${refunds.value}`)}
            </ButtonLink>
          )}
          {kind.value === "bill_payment" && may("bill_payments.create") && (
            <ButtonLink to={urls.payBills} variant="default">
              {t("payManyBills")}
            </ButtonLink>
          )}
          {create}
        </>
      }
      query={paymentsQuery(kind, query)}
      columns={columns}
      rowId={({ id }) => id}
      rowLink={({ id }) => ({ to: urls.payment, params: { kind: kind.path, paymentId: id } })}
      rowName={({ number }) => number}
      state={{ ...state }}
      onState={(next) => void navigate({ search: next })}
      tabs={{
        name: "status",
        choices: [
          { value: "", label: t("all") },
          { value: "posted", label: t("status.posted") },
          ...(policy.leavesCredit ? [{ value: "credit", label: t("withCredit") }] : []),
          { value: "void", label: t("status.void") },
        ],
      }}
      filters={filters}
      onExport={(format) => exportList(`/api/${kind.path}`, query, format)}
      empty={<EmptyState icon={Banknote} title={t(`none.${kind.value}`)} text={t(`noneText.${kind.value}`)} action={create} />}
    />
  );
}
