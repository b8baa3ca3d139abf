import { Group, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { ChoiceInput } from "@/components/ChoiceInput";
import { Loaded } from "@/components/Loaded";
import { useProblemForm } from "@/components/useProblemForm";
import { changeOrganization, organizationsQuery, setUpChoicesQuery } from "@/lib/api/organizations";
import type { SetUpChoices } from "@/lib/api/types";
import { currencyChoices } from "@/lib/currencies";
import { monthNames } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";
import { filled, z } from "@/lib/shapes";

import { FormFoot } from "./FormFoot";

const labelOf = (choices: { value: string; label: string }[], value: string) => choices.find((choice) => choice.value === value)?.label ?? value;

/** Country and currency are what the books were built on: they are shown, and stay. */
export function OrganizationForm() {
  const choices = useQuery(setUpChoicesQuery);
  return (
    <Loaded query={choices} lines={5}>
      {(known) => <KnownForm choices={known} />}
    </Loaded>
  );
}

function KnownForm({ choices }: { choices: SetUpChoices }) {
  const { t } = useTranslation();
  const organization = useOrganization();
  const isFixed = !useAbilities()("organization.edit");
  const client = useQueryClient();
  const form = useProblemForm({
    schema: z.object({
      name: filled(t("form.required")),
      fiscal_year_start: z.string(),
      timezone: z.string(),
    }),
    defaultValues: {
      name: organization.name,
      fiscal_year_start: String(organization.fiscal_year_start),
      timezone: organization.timezone,
    },
    send: (values) => changeOrganization(organization.id, { ...values, fiscal_year_start: Number(values.fiscal_year_start) }),
    onDone: async () => {
      await client.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      notifications.show({ color: "ledger", message: t("settings.saved") });
    },
  });
  const select = (name: "fiscal_year_start" | "timezone", label: string, data: { value: string; label: string }[]) => (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => (
        <ChoiceInput
          {...field}
          label={label}
          data={data}
          disabled={isFixed}
          allowDeselect={false}
          error={form.errorOf(name)}
          onChange={(value) => field.onChange(value ?? "")}
        />
      )}
    />
  );
  return (
    <form onSubmit={form.submit} noValidate>
      <Stack>
        <TextInput label={t("organization.name")} disabled={isFixed} error={form.errorOf("name")} {...form.register("name")} />
        <Group grow align="flex-start">
          <TextInput
            label={t("organization.country")}
            description={t("organization.kept")}
            value={labelOf(choices.countries, organization.country)}
            readOnly
            variant="filled"
          />
          <TextInput
            label={t("organization.baseCurrency")}
            description={t("organization.kept")}
            value={labelOf(currencyChoices(choices.currencies), organization.base_currency)}
            readOnly
            variant="filled"
          />
        </Group>
        <Group grow align="flex-start">
          {select("fiscal_year_start", t("organization.fiscalYearStart"), monthNames())}
          {select("timezone", t("organization.timezone"), choices.timezones)}
        </Group>
        {!isFixed && <FormFoot problem={form.problem} isSending={form.isSending} label={t("action.save")} />}
      </Stack>
    </form>
  );
}
