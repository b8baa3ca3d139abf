import { Button, Group, Select, Text, TextInput, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { TextLink } from "@/components/links";
import table from "@/components/table.module.css";
import { typedAmount } from "@/lib/amounts";
import { taxRatesQuery } from "@/lib/api/taxes";
import { formatDate, locale } from "@/lib/locale";
import { formatAmount } from "@/lib/money";
import { useAbilities } from "@/lib/organization";
import { placeOf } from "@/lib/sources";

import classes from "./AllocationGrid.module.css";
import { NOTHING, type OpenRow, type Typed, type TypedRows } from "./allocating";

interface Props {
  rows: readonly OpenRow[];
  typed: TypedRows;
  onTyped: (key: string, typed: Typed) => void;
  /** Of what is shared out. */
  currency: string;
  /** By `<row key>.<field>`. */
  errorOf: (place: string) => string | undefined;
  /** Tax may have been kept back: payments of invoices and bills. */
  withholds?: boolean;
  label: string;
}

/** How a payment or credit is shared out among what is open. Enter goes to the next row, "=" settles the row in full. */
export function AllocationGrid({ rows, typed, onTyped, currency, errorOf, withholds = false, label }: Props) {
  const { t } = useTranslation();
  const may = useAbilities();
  const rates = (useQuery({ ...taxRatesQuery, enabled: withholds && may("tax_rates.view") }).data ?? []).filter(({ kind, is_active }) => kind === "withholding" && is_active);
  const hasWithheld = withholds && (rates.length > 0 || rows.some(({ key }) => typed[key]?.withheld));
  const isForeign = rows.some((row) => row.currency !== currency);

  const goOn = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const fields = [...(event.currentTarget.closest("table")?.querySelectorAll<HTMLInputElement>("input[data-settles]") ?? [])];
    const next = fields[fields.indexOf(event.currentTarget) + 1];
    if (next) next.focus();
    else event.currentTarget.closest("form")?.querySelector<HTMLElement>('button[type="submit"]')?.focus();
  };

  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.cards}`} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{t("allocation.what")}</th>
            <th scope="col">{t("allocation.due")}</th>
            <th scope="col" className={table.amount}>
              {t("allocation.open")}
            </th>
            <th scope="col" className={classes.field}>
              {t("allocation.settles")}
            </th>
            {hasWithheld && (
              <th scope="col" className={classes.field}>
                {t("allocation.withheld")}
              </th>
            )}
            {isForeign && (
              <th scope="col" className={classes.field}>
                {t("allocation.inCurrency", { currency })}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const own = typed[row.key] ?? NOTHING;
            const set = (change: Partial<Typed>) => onTyped(row.key, { ...own, ...change });
            const fill = () => set({ amount: typedAmount(row.open) });
            const place = placeOf(row.kind, row.id);
            const name = t("allocation.numbered", { kind: t(`kind.${row.kind as "invoice"}`), number: row.number });
            return (
              <tr key={row.key}>
                <td>
                  {place ? (
                    <TextLink {...place} inherit target="_blank">
                      {name}
                    </TextLink>
                  ) : (
                    name
                  )}
                  {row.reference && <span className={table.quiet}> · {row.reference}</span>}
                </td>
                <td className={`${table.number} ${table.aside}`}>{formatDate(row.due_date ?? row.date)}</td>
                <td className={table.amount}>
                  <Tooltip label={t("allocation.fill")}>
                    <Button variant="subtle" size="compact-sm" onClick={fill} aria-label={t("allocation.fillOf", { name, amount: formatAmount(row.open, locale) })}>
                      <Amount value={row.open} />
                    </Button>
                  </Tooltip>{" "}
                  <Text span size="xs" c="dimmed">
                    {row.currency}
                  </Text>
                </td>
                <td className={classes.field}>
                  <TextInput
                    data-settles
                    size="xs"
                    aria-label={t("allocation.settlesOf", { name })}
                    inputMode="decimal"
                    autoComplete="off"
                    value={own.amount}
                    error={errorOf(`${row.key}.amount`)}
                    onChange={(event) => set({ amount: event.currentTarget.value })}
                    onFocus={(event) => event.currentTarget.select()}
                    onKeyDown={(event) => {
                      if (event.key === "=") {
                        event.preventDefault();
                        fill();
                      }
                      goOn(event);
                    }}
                  />
                </td>
                {hasWithheld && (
                  <td className={classes.field}>
                    <Group gap={4} wrap="nowrap" align="flex-start">
                      <TextInput
                        size="xs"
                        aria-label={t("allocation.withheldOf", { name })}
                        inputMode="decimal"
                        autoComplete="off"
                        value={own.withheld}
                        error={errorOf(`${row.key}.withheld`)}
                        onChange={(event) => set({ withheld: event.currentTarget.value })}
                      />
                      {own.withheld.trim() && rates.length > 0 && (
                        <Select
                          size="xs"
                          w={110}
                          aria-label={t("allocation.withheldTaxOf", { name })}
                          placeholder={t("allocation.ofDocument")}
                          clearable
                          data={rates.map(({ id, code }) => ({ value: id, label: code }))}
                          value={own.withheld_tax}
                          error={errorOf(`${row.key}.withheld_tax`)}
                          onChange={(value) => set({ withheld_tax: value })}
                        />
                      )}
                    </Group>
                  </td>
                )}
                {isForeign && (
                  <td className={classes.field}>
                    {row.currency !== currency && (
                      <TextInput
                        size="xs"
                        aria-label={t("allocation.inCurrencyOf", { name, currency })}
                        placeholder={own.amount ? t("allocation.byRate") : ""}
                        inputMode="decimal"
                        autoComplete="off"
                        value={own.source_amount}
                        error={errorOf(`${row.key}.source_amount`)}
                        onChange={(event) => set({ source_amount: event.currentTarget.value })}
                      />
                    )}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
