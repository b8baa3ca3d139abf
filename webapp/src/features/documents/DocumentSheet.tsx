import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { Fact, Facts } from "@/components/Facts";
import { TextLink } from "@/components/links";
import { Sheet } from "@/components/Page";
import table from "@/components/table.module.css";
import { typedNumber } from "@/lib/amounts";
import { taxRatesQuery } from "@/lib/api/taxes";
import type { Document, DocumentLine } from "@/lib/api/types";
import { policyOf } from "@/lib/documentKinds";
import type { DocumentKind } from "@/lib/kinds";
import { formatDate } from "@/lib/locale";
import { isZero } from "@/lib/money";
import { useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import classes from "./DocumentSheet.module.css";

/** What a document says, as it was written. */
export function DocumentSheet({ kind, document }: { kind: DocumentKind; document: Document }) {
  const { t } = useTranslation("documents");
  const rates = useQuery(taxRatesQuery).data ?? [];
  const codes = (line: DocumentLine) => line.tax_ids.map((id) => rates.find((rate) => rate.id === id)?.code ?? "").join(" + ");
  const { contact } = document;
  const isUsed = document.lines.some(({ made }) => !isZero(made));
  return (
    <Sheet>
      <div className={classes.head}>
        <Facts>
          <Fact name={t(`field.contact.${kind.side}`)}>
            {contact && (
              <TextLink to={urls.contact} params={{ contactId: contact.id }} inherit>
                {contact.name}
              </TextLink>
            )}
          </Fact>
          <Fact name={t("field.date")}>{formatDate(document.date)}</Fact>
          <Fact name={t(policyOf(kind).isDue ? "field.dueDate" : kind.value === "estimate" ? "field.validUntil" : "field.expectedOn")}>{document.due_date && formatDate(document.due_date)}</Fact>
          <Fact name={t(kind.side === "sales" ? "field.reference" : "field.vendorReference")}>{document.reference}</Fact>
          <Fact name={t("field.subject")}>{document.subject}</Fact>
          <Fact name={t("field.prices")}>{document.prices_include_tax && t("field.pricesWith")}</Fact>
        </Facts>
      </div>
      <div className={table.scroll} tabIndex={0} role="group" aria-label={t("editor.lines")}>
        <table className={`${table.table} ${table.cards}`} aria-label={t("editor.lines")}>
          <thead>
            <tr>
              <th scope="col">{t("line.item")}</th>
              <th scope="col" className={table.amount}>
                {t("line.quantity")}
              </th>
              <th scope="col" className={table.amount}>
                {t("line.price")}
              </th>
              <th scope="col">{t("line.tax")}</th>
              {isUsed && (
                <th scope="col" className={`${table.amount} ${classes.notOnPaper}`}>
                  {t("line.made")}
                </th>
              )}
              <th scope="col" className={table.amount}>
                {t("line.net")}
              </th>
            </tr>
          </thead>
          <tbody>
            {document.lines.map((line) => (
              <tr key={line.id}>
                <td className={table.wide}>
                  {line.item && line.description !== line.item.name && <div>{line.item.name}</div>}
                  <div className={classes.description}>{line.description || line.account.name}</div>
                  <div className={classes.small}>
                    {t("line.onAccount", { code: line.account.code, name: line.account.name })}
                    {line.billable_to && t("line.billedTo", { name: line.billable_to.name })}
                  </div>
                </td>
                <td className={table.amount}>
                  <bdi>{typedNumber(line.quantity)}</bdi> {line.unit}
                </td>
                <td className={table.amount}>
                  <Amount value={padded(line.unit_price)} />
                  {(line.discount_percent !== null || !isZero(line.discount_amount)) && (
                    <div className={classes.small}>{line.discount_percent === null ? <Amount value={`-${line.discount_amount}`} /> : t("line.percentOff", { percent: typedNumber(line.discount_percent) })}</div>
                  )}
                </td>
                <td>{codes(line)}</td>
                {isUsed && <td className={`${table.amount} ${classes.notOnPaper}`}>{typedNumber(line.made)}</td>}
                <td className={table.amount}>
                  <Amount value={line.net} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={classes.below}>
        <div className={classes.words}>
          {document.notes && <Text size="sm">{document.notes}</Text>}
          {document.terms && (
            <Text size="sm" c="dimmed">
              {document.terms}
            </Text>
          )}
        </div>
        <Sums document={document} />
      </div>
    </Sheet>
  );
}

function Sums({ document }: { document: Document }) {
  const { t } = useTranslation("documents");
  const { base_currency } = useOrganization();
  const rows: [label: string, value: string, isAlways?: boolean][] = [
    [t("sums.subtotal"), document.subtotal, true],
    [t("sums.discount"), isZero(document.discount) ? document.discount : `-${document.discount}`],
    [t("sums.shipping"), document.shipping_net],
    ...document.taxes.map(({ tax_rate, percent, amount, kind }): [string, string, boolean] => [
      t(kind === "withholding" ? "sums.taxWithheld" : kind === "reverse_charge" && !isZero(amount) ? "sums.taxSelfAssessed" : "sums.tax", { name: isZero(percent) || tax_rate.name.includes(typedNumber(percent)) ? tax_rate.name : `${tax_rate.name} ${typedNumber(percent)} %` }),
      amount,
      true,
    ]),
    [t("sums.adjustment"), document.adjustment],
    [t("sums.rounding"), document.rounding],
  ];
  return (
    <dl className={classes.sums}>
      {rows
        .filter(([, value, isAlways]) => isAlways || !isZero(value))
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Amount value={value} />
            </dd>
          </div>
        ))}
      <div className={classes.total}>
        <dt>{t("sums.total", { currency: document.currency })}</dt>
        <dd>
          <Amount value={document.total} />
        </dd>
      </div>
      {document.currency !== base_currency && !isZero(document.base_total) && (
        <div>
          <dt>{t("sums.baseTotal", { currency: base_currency })}</dt>
          <dd>
            <Amount value={document.base_total} />
          </dd>
        </div>
      )}
    </dl>
  );
}

/** "49.9" -> "49.90": a price has at least two decimals, and more where it has more. */
const padded = (price: string) => {
  const [whole = "0", fraction = ""] = price.split(".");
  return `${whole}.${fraction.padEnd(2, "0")}`;
};
