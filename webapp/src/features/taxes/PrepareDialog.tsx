import { Checkbox, Group, SegmentedControl, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { ChoiceInput } from "@/components/ChoiceInput";
import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useProblemForm } from "@/components/useProblemForm";
import { changeReturn, type Frequency, nextReturnQuery, prepareReturn, taxReturnsChanged } from "@/lib/api/taxes";
import type { TaxReturn } from "@/lib/api/types";
import { atLeast, z } from "@/lib/shapes";

const FREQUENCIES: readonly Frequency[] = ["monthly", "quarterly", "yearly"];

interface Props {
  /** The draft to change; without one, a return is prepared. */
  draft?: TaxReturn;
  onClose: () => void;
  onDone?: (id: string) => void;
}

/** The days of a return: offered as what follows the last one, and free to be changed. */
export function PrepareDialog({ draft, onClose, onDone }: Props) {
  const { t } = useTranslation("taxes");
  const client = useQueryClient();
  const [failure, setFailure] = useState<unknown>(null);
  const [frequency, setFrequency] = useState<Frequency>("quarterly");
  const form = useProblemForm({
    schema: z.object({ date_from: atLeast(1, t("form.required")), date_to: atLeast(1, t("form.required")), basis: z.string(), change_basis: z.boolean(), reference: z.string() }),
    defaultValues: { date_from: draft?.date_from ?? "", date_to: draft?.date_to ?? "", basis: draft?.basis ?? "accrual", change_basis: false, reference: draft?.reference ?? "" },
    send: ({ change_basis, ...values }) => {
      const body = { ...values, basis: values.basis as TaxReturn["basis"], ...(change_basis && { change_basis }) };
      return draft ? changeReturn(draft.id, body) : prepareReturn(body);
    },
    onDone: async ({ id }) => {
      await taxReturnsChanged(client);
      notifications.show({ color: "ledger", message: t(draft ? "returns.saved" : "returns.prepared") });
      onClose();
      onDone?.(id);
    },
  });
  const { setValue } = form;
  const isNew = !draft;
  useEffect(() => {
    if (!isNew) return undefined;
    let isCurrent = true;
    client.query(nextReturnQuery(frequency)).then(({ date_from, date_to, basis }) => {
      if (!isCurrent) return;
      setValue("date_from", date_from);
      setValue("date_to", date_to);
      setValue("basis", basis);
    }, setFailure);
    return () => void (isCurrent = false);
  }, [client, frequency, isNew, setValue]);
  return (
    <FormDialog
      title={draft ? t("returns.editTitle") : t("returns.prepareTitle")}
      onClose={onClose}
      form={form}
      submitLabel={draft ? t("action.save") : t("returns.prepareSubmit")}
    >
      <ProblemAlert error={failure} />
      {!draft && (
        <SegmentedControl
          aria-label={t("returns.frequency")}
          data={FREQUENCIES.map((value) => ({ value, label: t(`returns.frequencies.${value}`) }))}
          value={frequency}
          onChange={setFrequency}
        />
      )}
      <Group grow align="flex-start">
        <DateInput label={t("returns.firstDay")} error={form.errorOf("date_from")} {...form.register("date_from")} />
        <DateInput label={t("returns.lastDay")} error={form.errorOf("date_to")} {...form.register("date_to")} />
      </Group>
      <Controller
        control={form.control}
        name="basis"
        render={({ field }) => (
          <ChoiceInput
            {...field}
            label={t("returns.basis")}
            description={t("returns.basisHint")}
            allowDeselect={false}
            data={(["accrual", "cash"] as const).map((value) => ({ value, label: t(`basis.${value}`) }))}
            error={form.errorOf("basis")}
            onChange={(value) => field.onChange(value ?? "accrual")}
          />
        )}
      />
      {form.problem?.code === "tax_basis_changed" && (
        <Checkbox label={t("returns.changeBasis")} description={t("returns.changeBasisHint")} {...form.register("change_basis")} />
      )}
      <TextInput label={t("returns.referenceOptional")} error={form.errorOf("reference")} {...form.register("reference")} />
    </FormDialog>
  );
}
