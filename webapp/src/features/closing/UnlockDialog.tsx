import { Group, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { ChoiceInput } from "@/components/ChoiceInput";
import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { locksChanged, openWindow } from "@/lib/api/closing";
import type { LockArea } from "@/lib/api/types";
import { formatInstant } from "@/lib/locale";
import { atLeast, filled, z } from "@/lib/shapes";

const AREAS: readonly LockArea[] = ["all", "sales", "purchases", "banking", "inventory", "journals"];
const HOUR = 3_600_000; // milliseconds
const HOURS = [1, 4, 24, 72, 168, 720];

export function UnlockDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("books");
  const client = useQueryClient();
  const form = useProblemForm({
    schema: z.object({
      area: z.string(),
      first_day: atLeast(1, t("form.required")),
      last_day: atLeast(1, t("form.required")),
      expires_at: z.string(),
      reason: filled(t("form.required")),
    }),
    defaultValues: { area: "all", first_day: "", last_day: "", expires_at: "24", reason: "" },
    send: ({ area, expires_at, ...rest }) => openWindow({ ...rest, area: area as LockArea, expires_at: new Date(Date.now() + Number(expires_at) * HOUR).toISOString() }),
    onDone: async ({ expires_at }) => {
      await locksChanged(client);
      notifications.show({ color: "ledger", message: t("closing.opened", { at: formatInstant(expires_at) }) });
      onClose();
    },
  });
  const choice = (name: "area" | "expires_at", label: string, data: { value: string; label: string }[]) => (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => (
        <ChoiceInput {...field} label={label} data={data} allowDeselect={false} error={form.errorOf(name)} onChange={(value) => field.onChange(value ?? data[0]?.value)} />
      )}
    />
  );
  const lengths = HOURS.map((hours) => ({ value: String(hours), label: hours < 24 ? t("closing.forHours", { count: hours }) : t("closing.forDays", { count: hours / 24 }) }));
  return (
    <FormDialog title={t("closing.windowTitle")} onClose={onClose} form={form} submitLabel={t("closing.openSubmit")}>
      <Group grow align="flex-start">
        <DateInput label={t("closing.firstDay")} data-autofocus error={form.errorOf("first_day")} {...form.register("first_day")} />
        <DateInput label={t("closing.lastOpenDay")} error={form.errorOf("last_day")} {...form.register("last_day")} />
      </Group>
      <Group grow align="flex-start">
        {choice("area", t("closing.area"), AREAS.map((value) => ({ value, label: t(`area.${value}`) })))}
        {choice("expires_at", t("closing.openFor"), lengths)}
      </Group>
      <TextInput label={t("closing.reason")} error={form.errorOf("reason")} {...form.register("reason")} />
    </FormDialog>
  );
}
