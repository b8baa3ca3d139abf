import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import type { Errors } from "@/components/editor/useEditor";
import { TaxPicker } from "@/components/pickers/TaxPicker";
import { currencyDecimals } from "@/lib/currencies";
import type { DocumentKind } from "@/lib/kinds";
import { fromMinor, isZero } from "@/lib/money";
import { typedNumber } from "@/lib/amounts";
import { PERCENT_DECIMALS } from "@/lib/totals";

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
            label={t(effect === "reported" ? "sums.taxReported" : effect === "added" ? "sums.tax" : effect === "withheld" ? "sums.taxWithheld" : "sums.taxSelfAssessed", { name: rate?.code ?? "", percent: shown })}
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
      {sums.isIncomplete && <div className={classes.incomplete}>{t("sums.incomplete")}</div>}
      {!hasExtras && (
        <Button variant="subtle" size="compact-xs" onClick={() => setMore(true)} className={classes.more}>
          {t("sums.more")}
        </Button>
      )}
    </div>
  );
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
