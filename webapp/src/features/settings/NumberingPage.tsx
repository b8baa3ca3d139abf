import { Button, Checkbox, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { FormDialog } from "@/components/FormDialog";
import { Loaded } from "@/components/Loaded";
import { Page, Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Section } from "@/components/Section";
import table from "@/components/table.module.css";
import { useProblemForm } from "@/components/useProblemForm";
import { documentSettingsQuery } from "@/lib/api/documents";
import { changeDocumentSettings, changeNumberSeries, numberSeriesQuery } from "@/lib/api/settings";
import type { NumberSeries } from "@/lib/api/types";
import { numberField, readNumber } from "@/lib/amounts";
import { useAbilities } from "@/lib/organization";
import { z } from "@/lib/shapes";

/** What documents are called, and how their taxes are rounded. */
export function NumberingPage() {
  const { t } = useTranslation("settings");
  const may = useAbilities();
  return (
    <Page title={t("numbering.title")} subtitle={t("numbering.text")}>
      {may("number_series.view") && <Series />}
      {may("document_settings.view") && <Rounding />}
    </Page>
  );
}

type Kind = "invoice"; // every kind has a word

function Series() {
  const { t } = useTranslation("settings");
  const may = useAbilities();
  const series = useQuery(numberSeriesQuery);
  const [edited, setEdited] = useState<NumberSeries | null>(null);
  return (
    <Sheet>
      <Loaded query={series} lines={12}>
        {(all) => (
          <table className={`${table.table} ${table.cards}`} aria-label={t("numbering.title")}>
            <thead>
              <tr>
                <th scope="col">{t("numbering.kind")}</th>
                <th scope="col">{t("numbering.next")}</th>
                <th scope="col">{t("numbering.reset")}</th>
                <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
              </tr>
            </thead>
            <tbody>
              {all.map((one) => (
                <tr key={one.id}>
                  <td>{t(`kind.${one.kind as Kind}`)}</td>
                  <td className={table.aside}>
                    <bdi>{one.next_text}</bdi>
                  </td>
                  <td className={table.quiet}>{one.yearly_reset ? t("numbering.everyYear") : t("numbering.never")}</td>
                  <td className={table.action}>
                    {may("number_series.edit") && (
                      <Button variant="subtle" size="compact-sm" onClick={() => setEdited(one)} aria-label={t("numbering.editButton", { kind: t(`kind.${one.kind as Kind}`) })}>
                        {t("action.edit")}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Loaded>
      {edited && <SeriesDialog series={edited} onClose={() => setEdited(null)} />}
    </Sheet>
  );
}

const WHOLE = { decimals: 0, required: true } as const;

function SeriesDialog({ series, onClose }: { series: NumberSeries; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const kind = t(`kind.${series.kind as Kind}`);
  const form = useProblemForm({
    schema: z.object({ prefix: z.string(), padding: numberField(WHOLE), yearly_reset: z.boolean(), next_number: numberField(WHOLE) }),
    defaultValues: { prefix: series.prefix, padding: String(series.padding), yearly_reset: series.yearly_reset, next_number: String(series.next_number) },
    send: ({ padding, next_number, ...rest }) => changeNumberSeries(series.id, { ...rest, padding: Number(readNumber(padding, WHOLE)), next_number: Number(readNumber(next_number, WHOLE)) }),
    onDone: async ({ next_text }) => {
      await client.invalidateQueries({ queryKey: numberSeriesQuery.queryKey });
      notifications.show({ color: "ledger", message: t("numbering.saved", { kind, next: next_text }) });
      onClose();
    },
  });
  const [prefix, padding, next] = form.watch(["prefix", "padding", "next_number"]);
  const example = `${prefix.replace("{year}", String(new Date().getFullYear()))}${(readNumber(next, WHOLE) || "1").padStart(Math.min(Number(readNumber(padding, WHOLE) || "1"), 20), "0")}`;
  return (
    <FormDialog title={t("numbering.editOf", { kind })} onClose={onClose} form={form} submitLabel={t("action.save")}>
      <TextInput label={t("numbering.prefix")} description={t("numbering.prefixHint", { year: "{year}" })} data-autofocus error={form.errorOf("prefix")} {...form.register("prefix")} />
      <Group grow align="flex-start">
        <TextInput label={t("numbering.padding")} description={t("numbering.paddingHint")} inputMode="numeric" error={form.errorOf("padding")} {...form.register("padding")} />
        <TextInput label={t("numbering.nextNumber")} description={t("numbering.nextHint")} inputMode="numeric" error={form.errorOf("next_number")} {...form.register("next_number")} />
      </Group>
      <Checkbox label={t("numbering.yearlyReset")} {...form.register("yearly_reset")} />
      <Text size="sm" role="status">
        {t("numbering.example", { example })}
      </Text>
    </FormDialog>
  );
}

function Rounding() {
  const { t } = useTranslation("settings");
  const may = useAbilities();
  const client = useQueryClient();
  const settings = useQuery(documentSettingsQuery);
  const change = useMutation({
    mutationFn: changeDocumentSettings,
    onSuccess: (saved) => {
      client.setQueryData(documentSettingsQuery.queryKey, saved);
      notifications.show({ color: "ledger", message: t("settings.saved") });
    },
  });
  return (
    <Section title={t("rounding.title")} text={t("rounding.text")}>
      <Sheet padded>
        <Loaded query={settings} lines={2}>
          {({ tax_rounding }) => (
            <Radio.Group
              aria-label={t("rounding.title")}
              value={change.isPending ? change.variables : tax_rounding}
              onChange={change.mutate}
            >
              <Stack gap="xs">
                <Radio value="document" disabled={!may("document_settings.edit")} label={t("rounding.document")} description={t("rounding.documentHint")} />
                <Radio value="line" disabled={!may("document_settings.edit")} label={t("rounding.line")} description={t("rounding.lineHint")} />
              </Stack>
            </Radio.Group>
          )}
        </Loaded>
        <ProblemAlert error={change.error} />
      </Sheet>
    </Section>
  );
}
