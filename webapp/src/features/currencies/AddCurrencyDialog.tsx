import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { ChoiceInput } from "@/components/ChoiceInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { addCurrency, ratesChanged } from "@/lib/api/currencies";
import { setUpChoicesQuery } from "@/lib/api/organizations";
import { currencyChoices } from "@/lib/currencies";
import { atLeast, z } from "@/lib/shapes";

export function AddCurrencyDialog({ known, onClose }: { known: string[]; onClose: () => void }) {
  const { t } = useTranslation("books");
  const client = useQueryClient();
  const choices = useQuery(setUpChoicesQuery).data?.currencies ?? [];
  const form = useProblemForm({
    schema: z.object({ code: atLeast(1, t("form.required")) }),
    defaultValues: { code: "" },
    send: ({ code }) => addCurrency(code),
    onDone: async ({ code }) => {
      await ratesChanged(client);
      notifications.show({ color: "ledger", message: t("currencies.added", { code }) });
      onClose();
    },
  });
  return (
    <FormDialog title={t("currencies.addTitle")} onClose={onClose} form={form} submitLabel={t("currencies.add")}>
      <Controller
        control={form.control}
        name="code"
        render={({ field }) => (
          <ChoiceInput
            {...field}
            label={t("currencies.currency")}
            data-autofocus
            data={currencyChoices(choices.filter(({ value }) => !known.includes(value)))}
            error={form.errorOf("code")}
            onChange={(value) => field.onChange(value ?? "")}
          />
        )}
      />
    </FormDialog>
  );
}
