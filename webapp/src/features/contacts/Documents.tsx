import { Group, Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FileText } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { DocumentState } from "@/components/documents/DocumentState";
import { EmptyState } from "@/components/EmptyState";
import { TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { Sheet } from "@/components/Page";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { documentsQuery } from "@/lib/api/documents";
import { paymentsQuery } from "@/lib/api/payments";
import type { Contact, DocumentRow, PaymentRow } from "@/lib/api/types";
import { DOCUMENT_KINDS, documentKindAt, PAYMENT_KINDS, paymentKindAt } from "@/lib/kinds";
import { formatDate } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

/** The documents and payments of a contact, one kind at a time; all of them are in the list behind the link. */
export function Documents({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const may = useAbilities();
  const isOn = (side: "sales" | "purchases") => (side === "sales" ? contact.is_customer : contact.is_vendor);
  const kinds = [...DOCUMENT_KINDS, ...PAYMENT_KINDS].filter(({ side, subject }) => isOn(side) && may(`${subject}.view`));
  const [path, setPath] = useState<string>(() => (kinds.find(({ value }) => value === "invoice" || value === "bill") ?? kinds[0])?.path ?? "");
  const isPayment = paymentKindAt(path) !== undefined;
  const labelled = kinds.map(({ path: value, value: kind }) => ({ value, label: t(`kinds.${kind}`) }));
  return (
    <>
      <Group justify="space-between" align="flex-end" mb="md">
        <Select label={t("kindOf")} data={labelled} value={path} allowDeselect={false} onChange={(value) => setPath(value ?? path)} />
        {isPayment ? (
          <TextLink to={urls.payments} params={{ kind: path }} search={{ contact: contact.id }} size="sm">
            {t("asList")}
          </TextLink>
        ) : (
          <TextLink to={urls.documents} params={{ kind: path }} search={{ contact: contact.id }} size="sm">
            {t("asList")}
          </TextLink>
        )}
      </Group>
      <Sheet>{isPayment ? <PaymentsOf key={path} contact={contact.id} path={path} /> : <DocumentsOf key={path} contact={contact.id} path={path} />}</Sheet>
    </>
  );
}

interface OfProps {
  contact: string;
  path: string;
}

function DocumentsOf({ contact, path }: OfProps) {
  const kind = documentKindAt(path);
  return kind ? <KnownDocuments contact={contact} kind={kind} /> : null;
}

function KnownDocuments({ contact, kind }: { contact: string; kind: (typeof DOCUMENT_KINDS)[number] }) {
  const { t } = useTranslation("contacts");
  const documents = useQuery(documentsQuery(kind, { contact }));
  return (
    <Loaded query={documents}>
      {({ results, count }) =>
        results.length ? (
          <>
            <Rows rows={results} label={t(`kinds.${kind.value}`)} path={kind.path} />
            <More shown={results.length} count={count} />
          </>
        ) : (
          <EmptyState icon={FileText} title={t("noneOfKind")} />
        )
      }
    </Loaded>
  );
}

function PaymentsOf({ contact, path }: OfProps) {
  const kind = paymentKindAt(path);
  return kind ? <KnownPayments contact={contact} kind={kind} /> : null;
}

function KnownPayments({ contact, kind }: { contact: string; kind: (typeof PAYMENT_KINDS)[number] }) {
  const { t } = useTranslation("contacts");
  const payments = useQuery(paymentsQuery(kind, { contact }));
  return (
    <Loaded query={payments}>
      {({ results, count }) =>
        results.length ? (
          <>
            <PaymentRows rows={results} label={t(`kinds.${kind.value}`)} path={kind.path} />
            <More shown={results.length} count={count} />
          </>
        ) : (
          <EmptyState icon={FileText} title={t("noneOfKind")} />
        )
      }
    </Loaded>
  );
}

function More({ shown, count }: { shown: number; count: number }) {
  const { t } = useTranslation("contacts");
  if (count <= shown) return null;
  return (
    <Text size="sm" c="dimmed" p="sm">
      {t("moreInList", { shown, count })}
    </Text>
  );
}

function Rows({ rows, label, path }: { rows: DocumentRow[]; label: string; path: string }) {
  const { t } = useTranslation("contacts");
  return (
    <table className={`${table.table} ${table.cards}`} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t("number")}</th>
          <th scope="col">{t("date")}</th>
          <th scope="col">{t("dueDate")}</th>
          <th scope="col">{t("state")}</th>
          <th scope="col" className={table.amount}>
            {t("total")}
          </th>
          <th scope="col" className={table.amount}>
            {t("open")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} className={table.row}>
            <td className={table.number}>
              <Link to={urls.document} params={{ kind: path, documentId: row.id }} className={table.rowLink}>
                {row.number || t("draft")}
              </Link>
            </td>
            <td className={`${table.number} ${table.aside}`}>{formatDate(row.date)}</td>
            <td className={table.number}>{row.due_date && formatDate(row.due_date)}</td>
            <td className={table.aside}>
              <DocumentState state={row.state} />
            </td>
            <td className={table.amount}>
              <Amount value={row.total} /> <span className={table.quiet}>{row.currency}</span>
            </td>
            <td className={table.amount}>
              <Amount value={row.open_amount} blankZero />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function PaymentRows({ rows, label, path }: { rows: PaymentRow[]; label: string; path: string }) {
  const { t } = useTranslation("contacts");
  return (
    <table className={`${table.table} ${table.cards}`} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t("number")}</th>
          <th scope="col">{t("date")}</th>
          <th scope="col">{t("paymentAccount")}</th>
          <th scope="col">{t("state")}</th>
          <th scope="col" className={table.amount}>
            {t("amount")}
          </th>
          <th scope="col" className={table.amount}>
            {t("credit")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} className={table.row}>
            <td className={table.number}>
              <Link to={urls.payment} params={{ kind: path, paymentId: row.id }} className={table.rowLink}>
                {row.number}
              </Link>
            </td>
            <td className={`${table.number} ${table.aside}`}>{formatDate(row.date)}</td>
            <td className={table.wide}>{row.account.name}</td>
            <td>{row.status === "void" && <StatusBadge tone="neutral">{t("void")}</StatusBadge>}</td>
            <td className={table.amount}>
              <Amount value={row.amount} /> <span className={table.quiet}>{row.currency}</span>
            </td>
            <td className={table.amount}>
              <Amount value={row.unallocated} blankZero />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
