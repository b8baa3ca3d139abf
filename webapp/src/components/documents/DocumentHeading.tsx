import { Anchor, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { ChoiceInput } from "@/components/ChoiceInput";
import { DateInput } from "@/components/DateInput";
import type { Errors } from "@/components/editor/useEditor";
import { Fold } from "@/components/Fold";
import { ContactPicker } from "@/components/pickers/ContactPicker";
import { latestRateQuery } from "@/lib/api/currencies";
import { membersQuery } from "@/lib/api/members";
import { typedNumber } from "@/lib/amounts";
import { fitsTotal, policyOf } from "@/lib/documentKinds";
import type { DocumentKind } from "@/lib/kinds";
import { formatDate } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";

import classes from "./DocumentHeading.module.css";
import type { UsedDraft } from "./useDraft";

interface Props {
  kind: DocumentKind;
  use: UsedDraft;
  errors: Errors;
  /** A template has no dates and number of its own. */
  isTemplate?: boolean;
  /** Something is settled or in a document made of it: these are fixed. */
  isFixed?: boolean;
}

/** Enter above the lines goes to them; it must not save half a document. */
function toLines(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLInputElement) || !event.currentTarget.contains(event.target) || event.target.getAttribute("aria-expanded") === "true") return;
  event.preventDefault();
  event.currentTarget.closest("form")?.querySelector<HTMLInputElement>('input[name="lines.0.item"]')?.focus();
}

/** Whom it is for, when, and in what money; the rest is folded away. */
export function DocumentHeading({ kind, use, errors, isTemplate = false, isFixed = false }: Props) {
  const { t } = useTranslation("documents");
  const { base_currency } = useOrganization();
  const { draft, set, setContact, setDate, setCurrency, currencies } = use;
  const { isDue, money, posts } = policyOf(kind);
  const isMoney = money.length > 0;
  const hidden = ["number", "subject", "salesperson", "taxRounding", "roundTotalTo", ...(isMoney ? [] : ["account"])];
  return (
    <div className={classes.heading} onKeyDown={toLines}>
      <div className={classes.fields}>
        <div className={classes.contact}>
          <ContactPicker
            name="contact"
            label={t(`field.contact.${kind.side}`)}
            withLabel
            creates
            side={kind.side}
            value={draft.contact}
            onChange={setContact}
            error={errors["contact"]}
            disabled={isFixed}
            autoFocus={!draft.contact}
          />
        </div>
        {!isTemplate && <DateInput name="date" label={t("field.date")} value={draft.date} onChange={(event) => setDate(event.currentTarget.value)} error={errors["date"]} />}
        {!isTemplate && (isDue || !posts) && (
          <DateInput
            name="dueDate"
            label={t(isDue ? "field.dueDate" : kind.value === "estimate" ? "field.validUntil" : "field.expectedOn")}
            value={draft.dueDate}
            onChange={(event) => set({ dueDate: event.currentTarget.value, isDueSaid: event.currentTarget.value !== "" })}
            error={errors["dueDate"]}
          />
        )}
        {isMoney && (
          <AccountInput name="account" label={t(kind.side === "sales" ? "field.paidInto" : "field.paidFrom")} fits={(account) => fitsTotal(kind, account)} value={draft.account} onChange={(account) => set({ account: account ?? "" })} error={errors["account"]} disabled={isFixed} clearable />
        )}
        <TextInput name="reference" label={t(kind.side === "sales" ? "field.reference" : "field.vendorReference")} value={draft.reference} onChange={(event) => set({ reference: event.currentTarget.value })} error={errors["reference"]} maxLength={120} autoComplete="off" />
        {(currencies.length > 1 || draft.currency !== base_currency) && (
          <ChoiceInput name="currency" label={t("field.currency")} data={currencies.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }))} value={draft.currency} onChange={(code) => code && setCurrency(code)} error={errors["currency"]} disabled={isFixed} />
        )}
        {draft.currency !== base_currency && <Rate use={use} error={errors["rate"]} isFixed={isFixed} />}
        <Select
          name="prices"
          label={t("field.prices")}
          data={[
            { value: "without", label: t("field.pricesWithout") },
            { value: "with", label: t("field.pricesWith") },
          ]}
          value={draft.pricesIncludeTax ? "with" : "without"}
          onChange={(value) => set({ pricesIncludeTax: value === "with" })}
          allowDeselect={false}
        />
      </div>
      <Fold title={t("editor.more")} needed={hidden.some((field) => errors[field])}>
        <div className={classes.fields}>
          {!isTemplate && <TextInput name="number" label={t("field.number")} placeholder={t("field.numberHint")} value={draft.number} onChange={(event) => set({ number: event.currentTarget.value })} error={errors["number"]} maxLength={40} autoComplete="off" />}
          <TextInput name="subject" label={t("field.subject")} value={draft.subject} onChange={(event) => set({ subject: event.currentTarget.value })} error={errors["subject"]} maxLength={200} autoComplete="off" />
          <Salesperson use={use} error={errors["salesperson"]} />
          {!isMoney && posts && (
            <AccountInput name="account" label={t(kind.side === "sales" ? "field.receivable" : "field.payable")} placeholder={t("field.accountHint")} fits={(account) => fitsTotal(kind, account)} value={draft.account} onChange={(account) => set({ account: account ?? "" })} error={errors["account"]} disabled={isFixed} clearable />
          )}
          <Select
            name="taxRounding"
            label={t("field.taxRounding")}
            data={[
              { value: "document", label: t("field.roundDocument") },
              { value: "line", label: t("field.roundLine") },
            ]}
            value={draft.taxRounding}
            onChange={(value) => value && set({ taxRounding: value })}
            error={errors["taxRounding"]}
            allowDeselect={false}
          />
          <TextInput name="roundTotalTo" label={t("field.roundTotalTo")} placeholder={t("field.roundTotalHint")} value={draft.roundTotalTo} onChange={(event) => set({ roundTotalTo: event.currentTarget.value })} error={errors["roundTotalTo"]} inputMode="decimal" autoComplete="off" />
        </div>
      </Fold>
    </div>
  );
}

/** What one unit costs in base currency: the table's rate, unless another is given. */
function Rate({ use: { draft, set }, error, isFixed }: { use: UsedDraft; error: string | undefined; isFixed: boolean }) {
  const { t } = useTranslation("documents");
  const { base_currency } = useOrganization();
  const latest = useQuery({ ...latestRateQuery(draft.currency, draft.date), enabled: draft.date !== "" }).data;
  const known = latest ? typedNumber(latest.rate) : "";
  return (
    <TextInput
      name="rate"
      label={t("field.rate", { currency: draft.currency })}
      placeholder={known}
      description={latest ? t("field.rateOn", { rate: known, base: base_currency, date: formatDate(latest.date) }) : t("field.noRate")}
      inputWrapperOrder={["label", "input", "description", "error"]}
      value={draft.rate}
      onChange={(event) => set({ rate: event.currentTarget.value })}
      error={error}
      disabled={isFixed}
      inputMode="decimal"
      autoComplete="off"
      {...(known && draft.rate && draft.rate !== known && !isFixed && { rightSection: <Anchor component="button" type="button" size="xs" onClick={() => set({ rate: "" })}>{t("field.rateUse")}</Anchor>, rightSectionWidth: 54 })}
    />
  );
}

function Salesperson({ use: { draft, set }, error }: { use: UsedDraft; error: string | undefined }) {
  const { t } = useTranslation("documents");
  const may = useAbilities();
  const members = useQuery({ ...membersQuery, enabled: may("members.view") }).data;
  if (!may("members.view")) return null;
  return (
    <ChoiceInput
      name="salesperson"
      label={t("field.salesperson")}
      data={(members?.results ?? []).map(({ user }) => ({ value: user.id, label: user.full_name }))}
      value={draft.salesperson || null}
      onChange={(id) => set({ salesperson: id ?? "" })}
      error={error}
      clearable
    />
  );
}
