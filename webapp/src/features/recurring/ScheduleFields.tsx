import { Group, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import type { Errors } from "@/components/editor/useEditor";
import { Sheet } from "@/components/Page";
import { datesQuery } from "@/lib/api/recurring";
import type { RecurringKind } from "@/lib/kinds";
import { formatDate } from "@/lib/locale";

import { ACTIONS, FREQUENCIES } from "./kinds";
import { inputOf, type ScheduleValues } from "./schedule";

interface Props {
  kind: RecurringKind;
  values: ScheduleValues;
  onChange: (change: Partial<ScheduleValues>) => void;
  errors: Errors;
}

/** When it recurs, with the first dates that come of it. */
export function ScheduleFields({ kind, values, onChange, errors }: Props) {
  const { t } = useTranslation("recurring");
  return (
    <Sheet padded>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm" verticalSpacing="sm">
          <TextInput name="name" label={t("name")} description={t("nameHint")} inputWrapperOrder={["label", "input", "description", "error"]} value={values.name} error={errors["name"]} onChange={(event) => onChange({ name: event.currentTarget.value })} maxLength={120} autoComplete="off" autoFocus={!values.name} />
          <Select
            name="frequency"
            label={t("frequency")}
            allowDeselect={false}
            data={FREQUENCIES.map((value) => ({ value, label: t(`frequencies.${value}`) }))}
            value={values.frequency}
            error={errors["frequency"]}
            onChange={(value) => value && onChange({ frequency: value })}
          />
          <TextInput name="interval" label={t(`interval.${values.frequency}`)} inputMode="numeric" value={values.interval} error={errors["interval"]} onChange={(event) => onChange({ interval: event.currentTarget.value })} autoComplete="off" />
          <DateInput name="start" label={t("start")} value={values.start} error={errors["start"]} onChange={(event) => onChange({ start: event.currentTarget.value })} />
          {values.frequency !== "weekly" && (
            <TextInput name="day" label={t("day")} placeholder={t("dayOfStart")} description={t("dayHint")} inputWrapperOrder={["label", "input", "description", "error"]} inputMode="numeric" value={values.day} error={errors["day"]} onChange={(event) => onChange({ day: event.currentTarget.value })} autoComplete="off" />
          )}
          <Select
            label={t("ends")}
            allowDeselect={false}
            data={(["never", "on", "after"] as const).map((value) => ({ value, label: t(`endsWhen.${value}`) }))}
            value={values.ends}
            onChange={(value) => value && onChange({ ends: value })}
          />
          {values.ends === "on" && <DateInput name="end" label={t("end")} value={values.end} error={errors["end"]} onChange={(event) => onChange({ end: event.currentTarget.value })} />}
          {values.ends === "after" && <TextInput name="count" label={t("count")} inputMode="numeric" value={values.count} error={errors["count"]} onChange={(event) => onChange({ count: event.currentTarget.value })} autoComplete="off" />}
          <Select
            name="action"
            label={t("actionLabel")}
            allowDeselect={false}
            data={["draft" as const, ACTIONS[kind]].map((value) => ({ value, label: t(`actions.${value}`) }))}
            value={values.action}
            error={errors["action"]}
            onChange={(value) => value && onChange({ action: value })}
          />
        </SimpleGrid>
        <Dates kind={kind} values={values} />
      </Stack>
    </Sheet>
  );
}

function Dates({ kind, values }: { kind: RecurringKind; values: ScheduleValues }) {
  const { t } = useTranslation("recurring");
  const [typed] = useDebouncedValue(values, 250);
  const schedule = inputOf(typed);
  const dates = useQuery({ ...datesQuery(kind, schedule ?? { frequency: "monthly", start: "" }), enabled: schedule !== null });
  return (
    <Group gap="xs" mih={22} role="status">
      <Text size="sm" c="dimmed">
        {t("firstDates")}
      </Text>
      {schedule && dates.data?.map((date) => <Text key={date} size="sm">{formatDate(date)}</Text>)}
      {dates.isError && (
        <Text size="sm" c="red">
          {dates.error.message}
        </Text>
      )}
    </Group>
  );
}
