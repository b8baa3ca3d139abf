import { Group, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { ChoiceInput } from "@/components/ChoiceInput";
import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { addRate, changeRate, ratesChanged } from "@/lib/api/currencies";
import type { Currency, ExchangeRate } from "@/lib/api/types";
import { numberField, RATE, readNumber, typedNumber } from "@/lib/amounts";
import { formatDate, today } from "@/lib/locale";
import { useOrganization } from "@/lib/organization";
import { atLeast, z } from "@/lib/shapes";

interface Props {
  currencies: readonly Currency[];
  /** The rate to change; its currency and day stay. */
  rate?: ExchangeRate;
  onClose: () => void;
}

export function RateDialog({ currencies, rate, onClose }: Props) {
  const { t } = useTranslation("books");
  const client = useQueryClient();
  const { timezone, base_currency } = useOrganization();
  const form = useProblemForm({
    schema: z.object({ currency: atLeast(1, t("form.required")), date: atLeast(1, t("form.required")), rate: numberField({ ...RATE, required: true }) }),
    defaultValues: { currency: rate?.currency ?? currencies[0]?.code ?? "", date: rate?.date ?? today(timezone), rate: typedNumber(rate?.rate) },
    send: (values) => {
      const read = readNumber(values.rate, RATE);
      return rate ? changeRate(rate.id, read) : addRate({ ...values, rate: read });
    },
    onDone: async ({ currency }) => {
      await ratesChanged(client);
      notifications.show({ color: "ledger", message: t("currencies.rateSaved", { currency }) });
      onClose();
    },
  });
  return (
    <FormDialog
      title={rate ? t("currencies.editRateTitle", { currency: rate.currency, date: formatDate(rate.date) }) : t("currencies.newRateTitle")}
      onClose={onClose}
      form={form}
      submitLabel={t("action.save")}
    >
      {!rate && (
        <Group grow align="flex-start">
          <Controller
            control={form.control}
            name="currency"
            render={({ field }) => (
              <ChoiceInput
                {...field}
                label={t("currencies.currency")}
                allowDeselect={false}
                data={currencies.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }))}
                error={form.errorOf("currency")}
                onChange={(value) => field.onChange(value ?? "")}
              />
            )}
          />
          <DateInput label={t("currencies.date")} error={form.errorOf("date")} {...form.register("date")} />
        </Group>
      )}
      <TextInput
        label={t("currencies.rate")}
        description={t("currencies.rateHint", { currency: form.watch("currency"), base: base_currency })}
        inputMode="decimal"
        data-autofocus
        error={form.errorOf("rate")}
        {...form.register("rate")}
      />
    </FormDialog>
  );
}
