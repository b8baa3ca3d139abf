import { Button, Checkbox, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarRange } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { EmptyState } from "@/components/EmptyState";
import { EntriesPreview } from "@/components/EntriesPreview";
import { TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { Sheet } from "@/components/Page";
import { Section } from "@/components/Section";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { doYearStep, fiscalYearsQuery, yearPreviewQuery, yearsChanged, type YearStep } from "@/lib/api/closing";
import type { FiscalYear } from "@/lib/api/types";
import { formatDate } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

const TONES = { open: "neutral", closed: "good", outdated: "waiting" } as const;
const STEPS: Record<FiscalYear["state"], readonly YearStep[]> = { open: ["close"], closed: ["reopen"], outdated: ["close-again", "reopen"] };

export function FiscalYears() {
  const { t } = useTranslation("books");
  const years = useQuery(fiscalYearsQuery);
  return (
    <Section title={t("closing.years")} text={t("closing.yearsText")}>
      <Sheet>
        <Loaded query={years} lines={4}>
          {(known) => (known.length ? <Years years={known} /> : <EmptyState icon={CalendarRange} title={t("closing.noYears")} />)}
        </Loaded>
      </Sheet>
    </Section>
  );
}

function Years({ years }: { years: FiscalYear[] }) {
  const { t } = useTranslation("books");
  const may = useAbilities();
  const [open, setOpen] = useState<{ year: FiscalYear; step: YearStep } | null>(null);
  return (
    <>
      <table className={`${table.table} ${table.cards}`} aria-label={t("closing.years")}>
        <thead>
          <tr>
            <th scope="col">{t("closing.year")}</th>
            <th scope="col">{t("closing.days")}</th>
            <th scope="col">{t("closing.state")}</th>
            <th scope="col">{t("closing.entry")}</th>
            <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
          </tr>
        </thead>
        <tbody>
          {years.map((year) => (
            <tr key={year.last_day}>
              <td>
                <Text size="sm" fw={500} span>
                  {year.label}
                </Text>
              </td>
              <td className={`${table.quiet} ${table.wide}`}>{t("closing.daysOf", { from: formatDate(year.first_day), to: formatDate(year.last_day) })}</td>
              <td>
                <StatusBadge tone={TONES[year.state]}>{year.has_ended ? t(`closing.stateOf.${year.state}`) : t("closing.running")}</StatusBadge>
                {year.state === "outdated" && (
                  <Text size="xs" c="dimmed">
                    {t("closing.outdatedHint")}
                  </Text>
                )}
              </td>
              <td className={table.wide}>
                {year.closing_entry && (
                  <TextLink to={urls.entry} params={{ entryId: year.closing_entry }} inherit>
                    {t("closing.entryLink")}
                  </TextLink>
                )}
              </td>
              <td className={table.action}>
                {may("fiscal_years.manage") &&
                  (year.has_ended || year.is_closed) &&
                  STEPS[year.state].map((step) => (
                    <Button key={step} variant="subtle" size="compact-sm" onClick={() => setOpen({ year, step })} aria-label={t(`closing.stepOf.${step}`, { year: year.label })}>
                      {t(`closing.${step}`)}
                    </Button>
                  ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {open && <StepDialog {...open} onClose={() => setOpen(null)} />}
    </>
  );
}

/** What the step posts is seen before it is done. */
function StepDialog({ year, step, onClose }: { year: FiscalYear; step: YearStep; onClose: () => void }) {
  const { t } = useTranslation("books");
  const client = useQueryClient();
  const [lock, setLock] = useState(true);
  const preview = useQuery(yearPreviewQuery(step, year.last_day));
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t(`closing.stepOf.${step}`, { year: year.label })}
      text={t(`closing.stepText.${step}`)}
      danger={step === "reopen"}
      size="lg"
      confirmLabel={t(`closing.${step}`)}
      onConfirm={async () => {
        await doYearStep(step, year.last_day, lock);
        notifications.show({ color: "ledger", message: t(`closing.done.${step}`, { year: year.label }) });
        await yearsChanged(client);
      }}
    >
      {step === "close" && (
        <Checkbox label={t("closing.andLock", { date: formatDate(year.last_day) })} checked={lock} onChange={(event) => setLock(event.currentTarget.checked)} />
      )}
      <Stack gap={6} component="section" aria-label={t("closing.preview")}>
        <Text size="sm" fw={600}>
          {t("closing.preview")}
        </Text>
        <Loaded query={preview} lines={4}>
          {(answer) => <EntriesPreview answer={answer} />}
        </Loaded>
      </Stack>
    </ConfirmDialog>
  );
}
