import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import type { Errors } from "@/components/editor/useEditor";
import { TaxPicker } from "@/components/pickers/TaxPicker";
import { currencyDecimals } from "@/lib/currencies";
import type { DocumentKind } from "@/lib/kinds";
import { fromMinor, isZero, toMinor } from "@/lib/money";
import { useOrganization } from "@/lib/organization";
import { parseNumber, typedNumber } from "@/lib/amounts";
import { latestRateQuery } from "@/lib/api/currencies";
import { converted, type Effect, PERCENT_DECIMALS, RATE_DECIMALS } from "@/lib/totals";

import classes from "./DocumentSums.module.css";
import type { UsedDraft } from "./useDraft";

interface Props {
  kind: DocumentKind;
  use: UsedDraft;
  errors: Errors;
}

/** What it adds up to, computed here exactly as the server will; discounts, shipping and adjustment are typed among it. */
export function DocumentSums({ kind, use, errors }: Props) {
  const { t } = useTranslation("documents");
  const { base_currency } = useOrganization();
  const { draft, set, sums, rates } = use;
  const [isMore, setMore] = useState(false);
  const decimals = currencyDecimals(draft.currency);
  const { totals } = sums;
  const text = (minor: bigint) => fromMinor(minor, decimals);
  const hasExtras = isMore || Boolean(draft.shipping || draft.adjustment || errors["shipping"] || errors["adjustment"]);
  return (
    <div className={classes.sums} role="group" aria-label={t("sums.title")}>
      <Row label={t("sums.subtotal")} value={totals && text(totals.subtotal)} />
      <div className={classes.row}>
        <TextInput
          label={t("sums.discount")}
          placeholder={t("sums.discountHint")}
          value={draft.discount}
          onChange={(event) => set({ discount: event.currentTarget.value })}
          error={errors["discount"] ?? (totals ? undefined : t("sums.nothingToDiscount"))}
          classNames={{ root: classes.field, input: classes.number }}
          size="xs"
          autoComplete="off"
        />
        <Figure value={totals && text(-totals.discount)} blankZero />
      </div>
      {hasExtras && (
        <>
          <div className={classes.row}>
            <TextInput
              label={t("sums.shipping")}
              value={draft.shipping}
              onChange={(event) => set({ shipping: event.currentTarget.value })}
              error={errors["shipping"]}
              classNames={{ root: classes.field, input: classes.number }}
              size="xs"
              inputMode="decimal"
              autoComplete="off"
            />
            <Figure value={totals && text(totals.shippingNet)} blankZero />
          </div>
          <div className={classes.row}>
            <TaxPicker rates={rates} side={kind.side} value={draft.shippingTaxes} onChange={(shippingTaxes) => set({ shippingTaxes })} label={t("sums.shippingTax")} error={errors["shippingTaxes"]} withLabel className={classes.field} />
          </div>
        </>
      )}
      {totals?.taxes.map(({ id, percent, amount, effect }) => {
        const rate = rates.find((one) => Number(one.id) === id);
        const shown = typedNumber(fromMinor(percent, PERCENT_DECIMALS));
        return (
          <Row
            key={id}
            label={t(effect === "withheld" ? "sums.taxWithheld" : effect === "self_assessed" ? "sums.taxSelfAssessed" : "sums.tax", { name: nameWith(rate?.name ?? "", shown, effect) })}
            value={text(amount)}
            quiet={effect !== "added"}
          />
        );
      })}
      {hasExtras && (
        <div className={classes.row}>
          <TextInput
            label={t("sums.adjustment")}
            value={draft.adjustment}
            onChange={(event) => set({ adjustment: event.currentTarget.value })}
            error={errors["adjustment"]}
            classNames={{ root: classes.field, input: classes.number }}
            size="xs"
            autoComplete="off"
          />
          <Figure value={text(totals?.adjustment ?? 0n)} blankZero />
        </div>
      )}
      {totals && totals.rounding !== 0n && <Row label={t("sums.rounding")} value={text(totals.rounding)} />}
      <div className={classes.total} aria-live="polite">
        <span>{t("sums.total", { currency: draft.currency })}</span>
        {totals && <Amount value={text(totals.total)} />}
      </div>
      {totals && draft.currency !== base_currency && <BaseTotal use={use} total={totals.total} />}
      {sums.isIncomplete && <div className={classes.incomplete}>{t("sums.incomplete")}</div>}
      {!hasExtras && (
        <Button variant="subtle" size="compact-xs" onClick={() => setMore(true)} className={classes.more}>
          {t("sums.more")}
        </Button>
      )}
    </div>
  );
}

/** The percentage is said where the rate's name does not say it. */
function nameWith(name: string, percent: string, effect: Effect): string {
  return effect === "reported" || name.includes(percent) ? name : `${name} ${percent} %`;
}

/** In the currency of the books, at the rate that is given or that of the table. */
function BaseTotal({ use: { draft }, total }: { use: UsedDraft; total: bigint }) {
  const { t } = useTranslation("documents");
  const { base_currency } = useOrganization();
  const latest = useQuery({ ...latestRateQuery(draft.currency, draft.date), enabled: draft.date !== "" }).data;
  const typed = draft.rate.trim() ? parseNumber(draft.rate, { decimals: RATE_DECIMALS }) : undefined;
  const rate = typed ? (typed.ok ? typed.value : null) : (latest?.rate ?? null);
  if (rate === null) return null;
  const base = converted(total, toMinor(rate, RATE_DECIMALS), currencyDecimals(draft.currency), currencyDecimals(base_currency));
  return <Row label={t("sums.baseTotal", { currency: base_currency })} value={fromMinor(base, currencyDecimals(base_currency))} quiet />;
}

function Row({ label, value, quiet = false }: { label: string; value: string | null; quiet?: boolean }) {
  return (
    <div className={classes.row} data-quiet={quiet || undefined}>
      <span>{label}</span>
      <Figure value={value} />
    </div>
  );
}

function Figure({ value, blankZero = false }: { value: string | null; blankZero?: boolean }) {
  if (value === null || (blankZero && isZero(value))) return <span />;
  return <Amount value={value} />;
}
