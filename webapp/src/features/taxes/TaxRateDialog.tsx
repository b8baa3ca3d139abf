import { ActionIcon, Checkbox, Fieldset, Group, Stack, Text, TextInput, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowUp, X } from "lucide-react";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { ChoiceInput } from "@/components/ChoiceInput";
import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { changeTaxRate, createTaxRate, taxRatesChanged, taxRatesQuery } from "@/lib/api/taxes";
import type { Account, TaxKind, TaxRate } from "@/lib/api/types";
import { numberField, PERCENT, readNumber, typedNumber } from "@/lib/amounts";
import { atLeast, filled, z } from "@/lib/shapes";

const KINDS: readonly TaxKind[] = ["standard", "zero_rated", "exempt", "out_of_scope", "reverse_charge", "withholding", "group"];
/** Nothing is charged at these, so they have no percentage. */
const WITHOUT_PERCENT: readonly string[] = ["zero_rated", "exempt", "out_of_scope", "group"];
const ACCOUNT_TYPES = ["tax_payable", "other_current_liability", "other_current_asset"];

interface Props {
  /** Without one, a new rate is made. */
  rate?: TaxRate;
  onClose: () => void;
  onDone?: (rate: TaxRate) => void;
}

export function TaxRateDialog({ rate, onClose, onDone }: Props) {
  const { t } = useTranslation("taxes");
  const client = useQueryClient();
  const isFixed = rate?.is_used ?? false;
  const form = useProblemForm({
    schema: z.object({
      kind: atLeast(1, t("form.required")),
      code: filled(t("form.required")),
      name: filled(t("form.required")),
      percent: numberField(PERCENT),
      valid_from: z.string(),
      is_for_sales: z.boolean(),
      is_for_purchases: z.boolean(),
      recoverable: numberField(PERCENT),
      is_compound: z.boolean(),
      bad_debt_relief: z.boolean(),
      in_returns: z.boolean(),
      payable_account: z.nullable(z.string()),
      recoverable_account: z.nullable(z.string()),
      description: z.string(),
      members: z.array(z.string()),
    }),
    defaultValues: {
      kind: rate?.kind ?? "standard",
      code: rate?.code ?? "",
      name: rate?.name ?? "",
      percent: "",
      valid_from: "",
      is_for_sales: rate?.is_for_sales ?? true,
      is_for_purchases: rate?.is_for_purchases ?? true,
      recoverable: typedNumber(rate?.recoverable ?? "100"),
      is_compound: rate?.is_compound ?? false,
      bad_debt_relief: rate?.bad_debt_relief ?? false,
      in_returns: rate?.in_returns ?? true,
      payable_account: rate?.payable_account?.id ?? null,
      recoverable_account: rate?.recoverable_account?.id ?? null,
      description: rate?.description ?? "",
      members: rate?.members.map(({ id }) => id) ?? [],
    },
    send: ({ kind, percent, valid_from, recoverable, members, ...rest }) => {
      const body = { ...rest, recoverable: readNumber(recoverable, PERCENT) || "100", ...(kind === "group" && { members }) };
      if (rate) return changeTaxRate(rate.id, body);
      const isCharged = !WITHOUT_PERCENT.includes(kind) && percent.trim() !== "";
      return createTaxRate({ ...body, kind: kind as TaxKind, ...(isCharged && { percent: readNumber(percent, PERCENT) }), ...(valid_from && { valid_from }) });
    },
    onDone: async (saved) => {
      await taxRatesChanged(client);
      notifications.show({ color: "ledger", message: t(rate ? "rates.saved" : "rates.created", { name: saved.name }) });
      onClose();
      onDone?.(saved);
    },
  });
  const kind = form.watch("kind");
  const isGroup = kind === "group";
  const fits = ({ type }: Account) => ACCOUNT_TYPES.includes(type);
  const check = (name: "is_for_sales" | "is_for_purchases" | "is_compound" | "bad_debt_relief" | "in_returns", label: string, disabled = false) => (
    <Checkbox label={label} disabled={disabled} {...form.register(name)} />
  );
  const account = (name: "payable_account" | "recoverable_account", label: string) => (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => <AccountInput {...field} label={label} fits={fits} placeholder={t("rates.usualAccount")} clearable disabled={isFixed} error={form.errorOf(name)} />}
    />
  );
  return (
    <FormDialog title={rate ? t("rates.editTitle", { name: rate.name }) : t("rates.newTitle")} onClose={onClose} form={form} submitLabel={rate ? t("action.save") : t("rates.create")} size="lg">
      {!rate && (
        <Controller
          control={form.control}
          name="kind"
          render={({ field }) => (
            <ChoiceInput
              {...field}
              label={t("rates.kind")}
              allowDeselect={false}
              data={KINDS.map((value) => ({ value, label: t(`taxKind.${value}`) }))}
              error={form.errorOf("kind")}
              onChange={(value) => field.onChange(value ?? "standard")}
            />
          )}
        />
      )}
      <Group align="flex-start" wrap="nowrap">
        <TextInput label={t("rates.code")} w={120} data-autofocus error={form.errorOf("code")} {...form.register("code")} />
        <TextInput label={t("rates.name")} flex={1} error={form.errorOf("name")} {...form.register("name")} />
      </Group>
      {!rate && !WITHOUT_PERCENT.includes(kind) && (
        <Group align="flex-start" grow>
          <TextInput label={t("rates.percent")} description={t("rates.percentHint")} inputMode="decimal" error={form.errorOf("percent")} {...form.register("percent")} />
          <DateInput label={t("rates.firstDay")} description={t("rates.firstDayHint")} error={form.errorOf("valid_from")} {...form.register("valid_from")} />
        </Group>
      )}
      {isGroup && (
        <Controller
          control={form.control}
          name="members"
          render={({ field }) => <Members value={field.value} onChange={field.onChange} error={form.errorOf("members")} />}
        />
      )}
      <Fieldset legend={t("rates.usedFor")} variant="unstyled">
        <Group gap="lg" mt={6}>
          {check("is_for_sales", t("rates.forSales"))}
          {check("is_for_purchases", t("rates.forPurchases"))}
        </Group>
        {form.errorOf("is_for_sales") && (
          <Text size="xs" c="var(--mantine-color-error)" role="alert">
            {form.errorOf("is_for_sales")}
          </Text>
        )}
      </Fieldset>
      {!isGroup && (
        <>
          <TextInput
            label={t("rates.recoverableLabel")}
            description={t("rates.recoverableHint")}
            inputMode="decimal"
            w={260}
            error={form.errorOf("recoverable")}
            {...form.register("recoverable")}
          />
          {isFixed && (
            <Text size="xs" c="dimmed">
              {t("rates.usedHint")}
            </Text>
          )}
          <Stack gap="xs">
            {check("in_returns", t("rates.inReturns"), isFixed)}
            {check("is_compound", t("rates.isCompound"), isFixed)}
            {check("bad_debt_relief", t("rates.badDebtRelief"))}
          </Stack>
          <Group align="flex-start" grow>
            {account("payable_account", t("rates.payableAccount"))}
            {account("recoverable_account", t("rates.recoverableAccount"))}
          </Group>
        </>
      )}
      <Textarea label={t("rates.description")} autosize minRows={1} maxRows={4} error={form.errorOf("description")} {...form.register("description")} />
    </FormDialog>
  );
}

interface MembersProps {
  value: string[];
  onChange: (ids: string[]) => void;
  error: string | undefined;
}

/** The taxes of a group, in the order they count. */
function Members({ value, onChange, error }: MembersProps) {
  const { t } = useTranslation("taxes");
  const rates = useQuery(taxRatesQuery).data ?? [];
  const nameOf = (id: string) => rates.find((rate) => rate.id === id)?.name ?? "…";
  const offered = rates.filter((rate) => rate.kind !== "group" && rate.is_active && !value.includes(rate.id));
  const up = (index: number) => onChange(value.map((id, place) => (place === index - 1 ? (value[index] ?? id) : place === index ? (value[index - 1] ?? id) : id)));
  return (
    <Stack gap={6}>
      {value.length > 0 && (
        <ol style={{ margin: 0, paddingInlineStart: 22 }} aria-label={t("rates.members")}>
          {value.map((id, index) => (
            <li key={id}>
              <Group gap={4} wrap="nowrap">
                <Text size="sm" flex={1}>
                  {nameOf(id)}
                </Text>
                <ActionIcon aria-label={t("rates.moveUp", { name: nameOf(id) })} disabled={index === 0} onClick={() => up(index)}>
                  <ArrowUp size={15} />
                </ActionIcon>
                <ActionIcon aria-label={t("rates.removeMember", { name: nameOf(id) })} onClick={() => onChange(value.filter((one) => one !== id))}>
                  <X size={15} />
                </ActionIcon>
              </Group>
            </li>
          ))}
        </ol>
      )}
      <ChoiceInput
        key={value.length} // empty again after each choice
        label={t("rates.addMember")}
        description={t("rates.membersHint")}
        data={offered.map(({ id, name, code }) => ({ value: id, label: `${name} (${code})` }))}
        value={null}
        onChange={(id) => id && onChange([...value, id])}
        error={error}
      />
    </Stack>
  );
}
