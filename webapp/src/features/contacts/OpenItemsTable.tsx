import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { DateInput } from "@/components/DateInput";
import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { Sheet } from "@/components/Page";
import { Section } from "@/components/Section";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { openItemsQuery } from "@/lib/api/contacts";
import type { Contact, OpenItem } from "@/lib/api/types";
import { DOCUMENT_KINDS, PAYMENT_KINDS } from "@/lib/kinds";
import { formatDate, isDate, today } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";
import { placeOf } from "@/lib/sources";
import { urls } from "@/lib/urls";

const KNOWN_KINDS: readonly string[] = [...DOCUMENT_KINDS, ...PAYMENT_KINDS].map(({ value }) => value);

const SIDES = ["sales", "purchases"] as const;

/** What is not settled with a contact, today or at the end of another day. */
export function OpenItemsTable({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const { timezone } = useOrganization();
  const [date, setDate] = useState(today(timezone));
  const items = useQuery(openItemsQuery(contact.id, isDate(date) ? { date } : {}));
  return (
    <Loaded query={items}>
      {({ items: open, receivable, payable }) => (
        <>
          <Group mb="md">
            <DateInput label={t("asOf")} value={date} onChange={(event) => setDate(event.currentTarget.value)} />
          </Group>
          {!open.length && (
            <Sheet>
              <EmptyState icon={CircleCheck} title={t("nothingOpen")} />
            </Sheet>
          )}
          {SIDES.map((side) => {
            const own = open.filter((item) => item.side === side);
            return own.length > 0 && <Side key={side} side={side} items={own} total={side === "sales" ? receivable : payable} date={date} contact={contact} />;
          })}
        </>
      )}
    </Loaded>
  );
}

interface SideProps {
  side: "sales" | "purchases";
  items: OpenItem[];
  total: string;
  date: string;
  contact: Contact;
}

function Side({ side, items, total, date, contact }: SideProps) {
  const { t } = useTranslation("contacts");
  const may = useAbilities();
  const { base_currency } = useOrganization();
  const [kind, ability] = side === "sales" ? (["payments-received", "payments_received.create"] as const) : (["bill-payments", "bill_payments.create"] as const);
  return (
    <Section
      title={t(side === "sales" ? "receivable" : "payable")}
      actions={
        may(ability) && (
          <ButtonLink to={urls.newPayment} params={{ kind }} search={{ contact: contact.id }} variant="default" size="xs">
            {t(side === "sales" ? "receivePayment" : "payBills")}
          </ButtonLink>
        )
      }
    >
      <Sheet>
        <div className={table.scroll}>
          <table className={`${table.table} ${table.cards}`} aria-label={t(side === "sales" ? "receivable" : "payable")}>
            <thead>
              <tr>
                <th scope="col">{t("item")}</th>
                <th scope="col">{t("date")}</th>
                <th scope="col">{t("dueDate")}</th>
                <th scope="col">{t("reference")}</th>
                <th scope="col" className={table.amount}>
                  {t("total")}
                </th>
                <th scope="col" className={table.amount}>
                  {t("open")}
                </th>
                <th scope="col" className={table.amount}>
                  {t("openIn", { currency: base_currency })}
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item, index) => (
                <Row key={item.id ? `${item.kind}${item.id}` : index} item={item} date={date} />
              ))}
            </tbody>
            <tfoot>
              <tr>
                <td colSpan={6}>{t("total")}</td>
                <td className={table.amount}>
                  <Amount value={total} />
                </td>
              </tr>
            </tfoot>
          </table>
        </div>
      </Sheet>
    </Section>
  );
}

function Row({ item, date }: { item: OpenItem; date: string }) {
  const { t } = useTranslation("contacts");
  const place = item.id ? placeOf(item.kind, item.id) : undefined;
  const name = KNOWN_KINDS.includes(item.kind) ? t(`kind.${item.kind as "invoice"}`) : t(`what.${item.what}`);
  const isOverdue = item.what === "document" && item.due_date !== null && item.due_date < date;
  return (
    <tr className={place && table.row}>
      <td>
        {place ? (
          <Link {...place} className={table.rowLink}>
            {t("numbered", { kind: name, number: item.number })}
          </Link>
        ) : (
          name
        )}{" "}
        {item.what === "advance" && <StatusBadge tone="neutral">{t("what.advance")}</StatusBadge>}
        {isOverdue && <StatusBadge tone="bad">{t("overdueBadge")}</StatusBadge>}
      </td>
      <td className={`${table.number} ${table.aside}`}>{formatDate(item.date)}</td>
      <td className={table.number}>{item.due_date && formatDate(item.due_date)}</td>
      <td className={`${table.quiet} ${table.wide}`}>{item.reference}</td>
      <td className={`${table.amount} mantine-visible-from-sm`}>
        <Amount value={item.total} /> <Text span size="xs" c="dimmed">{item.currency}</Text>
      </td>
      <td className={table.amount}>
        <Amount value={item.open} /> <Text span size="xs" c="dimmed">{item.currency}</Text>
      </td>
      <td className={`${table.amount} mantine-visible-from-sm`}>
        <Amount value={item.open_base} />
      </td>
    </tr>
  );
}
