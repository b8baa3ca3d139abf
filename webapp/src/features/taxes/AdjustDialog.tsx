import { ActionIcon, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { Controller, useFieldArray } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { adjustReturn, taxReturnsChanged } from "@/lib/api/taxes";
import type { Account, TaxReturn } from "@/lib/api/types";
import { numberField, readNumber, typedAmount } from "@/lib/amounts";
import { useDecimals } from "@/lib/organization";
import { atLeast, filled, z } from "@/lib/shapes";

/** Those that need a contact, and stock, are for documents. */
const NOT_ADJUSTED = ["accounts_receivable", "accounts_payable", "inventory"];
const fits = ({ type, roles }: Account) => !NOT_ADJUSTED.includes(type) && !roles.includes("tax");

export function AdjustDialog({ about, onClose }: { about: TaxReturn; onClose: () => void }) {
  const { t } = useTranslation("taxes");
  const client = useQueryClient();
  const kind = { decimals: useDecimals(), signed: true };
  const form = useProblemForm({
    schema: z.object({
      adjustments: z.array(z.object({ account: atLeast(1, t("form.required")), amount: numberField({ ...kind, required: true }), reason: filled(t("form.required")) })),
    }),
    defaultValues: {
      adjustments: about.adjustments.length
        ? about.adjustments.map(({ account, amount, reason }) => ({ account: account.id, amount: typedAmount(amount), reason }))
        : [{ account: "", amount: "", reason: "" }],
    },
    send: ({ adjustments }) => adjustReturn(about.id, adjustments.map((each) => ({ ...each, amount: readNumber(each.amount, kind) }))),
    onDone: async () => {
      await taxReturnsChanged(client);
      notifications.show({ color: "ledger", message: t("returns.adjusted") });
      onClose();
    },
  });
  const { fields, append, remove } = useFieldArray({ control: form.control, name: "adjustments" });
  const errors = form.formState.errors.adjustments;
  return (
    <FormDialog title={t("returns.adjustTitle")} onClose={onClose} form={form} submitLabel={t("action.save")} size="xl">
      <Text size="sm">{t("returns.adjustmentsText")}</Text>
      <Stack gap="xs">
        {fields.map((field, index) => (
          <Group key={field.id} gap="xs" align="flex-start" wrap="wrap" role="group" aria-label={t("returns.adjustmentReason", { line: index + 1 })}>
            <Controller
              control={form.control}
              name={`adjustments.${index}.account`}
              render={({ field: input }) => (
                <AccountInput
                  {...input}
                  aria-label={t("returns.adjustmentAccount", { line: index + 1 })}
                  placeholder={t("returns.accountName")}
                  fits={fits}
                  flex="2 1 200px"
                  error={errors?.[index]?.account?.message}
                  onChange={(value) => input.onChange(value ?? "")}
                />
              )}
            />
            <TextInput
              aria-label={t("returns.adjustmentReason", { line: index + 1 })}
              placeholder={t("returns.reason")}
              flex="2 1 160px"
              error={errors?.[index]?.reason?.message}
              {...form.register(`adjustments.${index}.reason`)}
            />
            <TextInput
              aria-label={t("returns.adjustmentAmount", { line: index + 1 })}
              placeholder={t("returns.amount")}
              inputMode="decimal"
              flex="1 1 110px"
              styles={{ input: { textAlign: "end" } }}
              error={errors?.[index]?.amount?.message}
              {...form.register(`adjustments.${index}.amount`)}
            />
            <ActionIcon size="lg" aria-label={t("returns.removeAdjustment", { line: index + 1 })} onClick={() => remove(index)}>
              <X size={16} />
            </ActionIcon>
          </Group>
        ))}
        <div>
          <Button variant="default" size="xs" leftSection={<Plus size={14} />} onClick={() => append({ account: "", amount: "", reason: "" })}>
            {t("returns.addAdjustment")}
          </Button>
        </div>
      </Stack>
    </FormDialog>
  );
}
