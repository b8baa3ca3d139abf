import { Text } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { TextLink } from "@/components/links";
import table from "@/components/table.module.css";
import { accountLabel } from "@/lib/accountSearch";
import { shortNumber } from "@/lib/amounts";
import { accountsQuery } from "@/lib/api/accounts";
import { contactNameQuery } from "@/lib/api/contacts";
import { itemQuery } from "@/lib/api/items";
import type { Template } from "@/lib/api/recurring";
import type { RecurringDocument, RecurringJournal } from "@/lib/api/types";
import type { RecurringKind } from "@/lib/kinds";
import { padded } from "@/lib/money";
import { useAbilities, useDecimals } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { asWritten, idOf, itemsIn } from "./template";

/** What a template writes, as it was said: what was left open follows from item, contact and day. */
export function TemplateLines({ kind, template }: { kind: RecurringKind; template: Template }) {
  return kind === "journals" ? <JournalLines template={template as RecurringJournal} /> : <DocumentLines template={template as RecurringDocument} />;
}


function DocumentLines({ template }: { template: RecurringDocument }) {
  const { t } = useTranslation("recurring");
  const decimals = useDecimals();
  const contact = idOf(template.contact);
  const name = useQuery({ ...contactNameQuery(contact), enabled: contact !== "" }).data;
  const items = useQueries({ queries: itemsIn(template).map((id) => itemQuery(id)) }).flatMap(({ data }) => (data ? [data] : []));
  return (
    <>
      {contact && (
        <Text size="sm" px="md" py="xs">
          {t("contactIs")}{" "}
          <TextLink to={urls.contact} params={{ contactId: contact }} inherit>
            {name ?? contact}
          </TextLink>
        </Text>
      )}
      <table className={`${table.table} ${table.cards}`} aria-label={t("content")}>
        <thead>
          <tr>
            <th scope="col">{t("line.what")}</th>
            <th scope="col" className={table.amount}>
              {t("line.quantity")}
            </th>
            <th scope="col" className={table.amount}>
              {t("line.price")}
            </th>
          </tr>
        </thead>
        <tbody>
          {template.lines.map((line, index) => {
            const { item: itemId, description, unit_price: price, quantity } = asWritten(line);
            const item = items.find(({ id }) => id === idOf(itemId))?.name;
            return (
              <tr key={index}>
                <td>
                  {item ?? description}
                  {item && description && description !== item && <span className={table.quiet}> · {description}</span>}
                </td>
                <td className={table.amount}>
                  <bdi>{shortNumber(quantity ?? "1")}</bdi>
                </td>
                <td className={table.amount}>{price ? <Amount value={padded(price, decimals)} /> : <span className={table.quiet}>{t("line.priceOfDay")}</span>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

function JournalLines({ template }: { template: RecurringJournal }) {
  const { t } = useTranslation("recurring");
  const may = useAbilities();
  const accounts = useQuery({ ...accountsQuery, enabled: may("accounts.view") }).data ?? [];
  return (
    <table className={`${table.table} ${table.cards}`} aria-label={t("content")}>
      <thead>
        <tr>
          <th scope="col">{t("journals.account")}</th>
          <th scope="col">{t("journals.description")}</th>
          <th scope="col" className={table.amount}>
            {t("journals.debit")}
          </th>
          <th scope="col" className={table.amount}>
            {t("journals.credit")}
          </th>
        </tr>
      </thead>
      <tbody>
        {template.lines.map((line, index) => {
          const { account: accountId, debit, credit, description } = asWritten(line);
          const account = accounts.find(({ id }) => id === idOf(accountId));
          return (
            <tr key={index}>
              <td>{account ? accountLabel(account) : idOf(accountId)}</td>
              <td className={table.quiet}>{description}</td>
              <td className={table.amount}>{debit && <Amount value={debit} blankZero />}</td>
              <td className={table.amount}>{credit && <Amount value={credit} blankZero />}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
