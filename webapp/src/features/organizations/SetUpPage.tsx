import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { ChoiceInput } from "@/components/ChoiceInput";
import { ButtonLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { ProblemAlert } from "@/components/ProblemAlert";
import { PublicPage } from "@/components/PublicPage";
import { useProblemForm } from "@/components/useProblemForm";
import { organizationsQuery, setUpChoicesQuery, setUpOrganization } from "@/lib/api/organizations";
import type { SetUpChoices } from "@/lib/api/types";
import { guessCountry } from "@/lib/country";
import { currencyChoices } from "@/lib/currencies";
import { locale, monthNames } from "@/lib/locale";
import { session } from "@/lib/session";
import { atLeast, atMost, filled, z } from "@/lib/shapes";
import { urls } from "@/lib/urls";

export function SetUpPage() {
  const { t } = useTranslation();
  const choices = useQuery(setUpChoicesQuery);
  const organizations = useQuery(organizationsQuery);
  return (
    <PublicPage
      wide
      title={t("setUp.title")}
      subtitle={t("setUp.subtitle")}
      below={
        <Group justify="center" gap="xs">
          {organizations.data?.length ? (
            <ButtonLink to={urls.organizations} variant="subtle" size="xs">
              {t("setUp.mine")}
            </ButtonLink>
          ) : null}
          <Button variant="subtle" size="xs" color="gray" onClick={() => void session.logOut()}>
            {t("userMenu.logOut")}
          </Button>
        </Group>
      }
    >
      <Loaded query={choices}>{(known) => <SetUpForm choices={known} />}</Loaded>
    </PublicPage>
  );
}

function SetUpForm({ choices }: { choices: SetUpChoices }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const country = guessCountry(choices.countries, browserZone, locale);
  const required = atLeast(1, t("form.required"));
  const form = useProblemForm({
    schema: z.object({
      name: filled(t("form.required")).check(atMost(120, t("form.tooLong", { count: 120 }))),
      country: required,
      base_currency: required,
      fiscal_year_start: required,
      timezone: required,
      industry: required,
    }),
    defaultValues: {
      name: "",
      country: country?.value ?? "",
      base_currency: country?.currency ?? "",
      fiscal_year_start: "1",
      timezone: choices.timezones.some(({ value }) => value === browserZone) ? browserZone : (country?.timezones[0] ?? "UTC"),
      industry: choices.industries[0]?.value ?? "",
    },
    send: (values) => setUpOrganization({ ...values, fiscal_year_start: Number(values.fiscal_year_start) }),
    onDone: async ({ organization }) => {
      await client.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      await navigate({ to: urls.setUpProgress, params: { organizationId: organization.id } });
    },
  });
  const takeDefaultsOf = (chosen: string) => {
    const defaults = choices.countries.find(({ value }) => value === chosen);
    if (!defaults) return;
    form.setValue("base_currency", defaults.currency, { shouldValidate: form.formState.isSubmitted });
    const zone = defaults.timezones.includes(browserZone) ? browserZone : defaults.timezones[0];
    if (zone) form.setValue("timezone", zone);
  };
  const select = (
    name: "country" | "base_currency" | "fiscal_year_start" | "timezone" | "industry",
    label: string,
    data: { value: string; label: string }[],
    onChosen?: (value: string) => void,
    description?: string,
  ) => (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => (
        <ChoiceInput
          {...field}
          label={label}
          description={description}
          data={data}
          allowDeselect={false}
          error={form.errorOf(name)}
          onChange={(value) => {
            field.onChange(value ?? "");
            onChosen?.(value ?? "");
          }}
        />
      )}
    />
  );
  return (
    <form onSubmit={form.submit} noValidate>
      <Stack>
        <TextInput label={t("organization.name")} autoFocus autoComplete="organization" error={form.errorOf("name")} {...form.register("name")} />
        <Group grow align="flex-start">
          {select("country", t("organization.country"), choices.countries, takeDefaultsOf, t("organization.kept"))}
          {select("base_currency", t("organization.baseCurrency"), currencyChoices(choices.currencies), undefined, t("organization.kept"))}
        </Group>
        <Group grow align="flex-start">
          {select("fiscal_year_start", t("organization.fiscalYearStart"), monthNames())}
          {select("timezone", t("organization.timezone"), choices.timezones)}
        </Group>
        {choices.industries.length > 1 && select("industry", t("organization.industry"), choices.industries)}
        <ProblemAlert error={form.problem} />
        <Button type="submit" loading={form.isSending}>
          {t("setUp.submit")}
        </Button>
      </Stack>
    </form>
  );
}
