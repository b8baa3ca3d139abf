import { Group, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Printer } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { DateInput } from "@/components/DateInput";
import { ButtonLink, TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { Sheet } from "@/components/Page";
import table from "@/components/table.module.css";
import { type Side, statementQuery } from "@/lib/api/contacts";
import type { Contact, Listing } from "@/lib/api/types";
import { said } from "@/lib/i18n/said";
import { formatDate, isDate, today } from "@/lib/locale";
import { useOrganization } from "@/lib/organization";
import { placeOf } from "@/lib/sources";
import { urls } from "@/lib/urls";

const OWN_CURRENCY = ["charged", "settled", "balance"]; // amounts, told as text because their currencies differ

/** Each movement between two days, with the balance after it. */
export function Statement({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const { timezone } = useOrganization();
  const [side, setSide] = useState<Side>(contact.is_customer ? "sales" : "purchases");
  const [to, setTo] = useState(today(timezone));
  const [from, setFrom] = useState(`${today(timezone).slice(0, 4)}-01-01`);
  const dates = { ...(isDate(from) && { date_from: from }), ...(isDate(to) && { date_to: to }) };
  const statement = useQuery(statementQuery(side, contact.id, dates));
  return (
    <>
      <Group mb="md" align="flex-end" gap="sm">
        {contact.is_customer && contact.is_vendor && (
          <Select
            label={t("statementAs")}
            data={[
              { value: "sales", label: t("field.is_customer") },
              { value: "purchases", label: t("field.is_vendor") },
            ]}
            value={side}
            allowDeselect={false}
            onChange={(value) => setSide(value === "purchases" ? "purchases" : "sales")}
          />
        )}
        <DateInput label={t("from")} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        <DateInput label={t("to")} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        <ButtonLink
          to={urls.report}
          params={{ report: side === "sales" ? "customer-statement" : "vendor-statement" }}
          search={{ contact: contact.id, ...dates }}
          variant="default"
          leftSection={<Printer size={15} />}
          ms="auto"
        >
          {t("asReport")}
        </ButtonLink>
      </Group>
      <Sheet>
        <Loaded query={statement}>{(known) => <Movements listing={known} />}</Loaded>
      </Sheet>
    </>
  );
}

function Movements({ listing }: { listing: Listing }) {
  const { t } = useTranslation("contacts");
  const isAmount = (key: string, kind: string) => kind === "amount" || OWN_CURRENCY.includes(key);
  const currencies = new Set(listing.rows.map(({ cells }) => cells["currency"]).filter(Boolean));
  const isForeign = [...currencies].some((currency) => currency !== listing.currency);
  const hidden = ["memo", ...(isForeign ? [] : ["currency", "base_balance"])];
  const columns = listing.columns.filter(({ key }) => !hidden.includes(key));
  return (
    <div className={table.scroll} tabIndex={0} role="group" aria-label={t("tabs.statement")}>
      <table className={table.table} aria-label={t("tabs.statement")}>
        <thead>
          <tr>
            {columns.map(({ key, label, kind }) => (
              <th key={key} scope="col" className={isAmount(key, kind) ? table.amount : undefined}>
                {said(label)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {listing.rows.map((row, index) => (
            <tr key={index} style={row.kind === "line" ? undefined : { fontWeight: 600 }}>
              {columns.map(({ key, kind }) => {
                const value = row.cells[key];
                const place = key === "document" && row.kind === "line" && row.about?.id ? placeOf(row.about.kind, row.about.id) : undefined;
                return (
                  <td key={key} className={isAmount(key, kind) ? table.amount : kind === "date" ? table.number : undefined}>
                    {value ? place ? <TextLink {...place} inherit>{value}</TextLink> : isAmount(key, kind) ? <Amount value={value} /> : kind === "date" ? formatDate(value) : said(value) : null}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
