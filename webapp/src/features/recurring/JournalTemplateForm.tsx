import { SimpleGrid, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { EditorFrame } from "@/components/editor/EditorFrame";
import { changed } from "@/components/editor/lines";
import { useEditor } from "@/components/editor/useEditor";
import { bodyOf, emptyLine, faultsOf as journalFaults, type JournalDraft, placeOf } from "@/components/journals/draft";
import { JournalGrid } from "@/components/journals/JournalGrid";
import { Sheet } from "@/components/Page";
import type { Tagged } from "@/lib/api/client";
import { changeTemplate, createTemplate } from "@/lib/api/recurring";
import type { RecurringJournal, RecurringJournalInput } from "@/lib/api/types";
import type { RecurringKind } from "@/lib/kinds";
import { locale } from "@/lib/locale";
import { absolute, formatAmount } from "@/lib/money";
import { urls } from "@/lib/urls";

import { faultsOf, inputOf, SCHEDULE_FIELDS, type ScheduleValues } from "./schedule";
import { ScheduleFields } from "./ScheduleFields";

interface Values {
  schedule: ScheduleValues;
  draft: JournalDraft;
}

interface Props {
  kind: RecurringKind;
  template?: RecurringJournal & Tagged;
  initial: Values;
  onReload: () => void;
}

/** A journal that is written again and again. */
export function JournalTemplateForm({ kind, template, initial, onReload }: Props) {
  const { t } = useTranslation("recurring");
  const client = useQueryClient();
  const navigate = useNavigate();
  const keys = useRef<number[]>([]);

  const inputFrom = ({ schedule, draft }: Values): RecurringJournalInput => {
    const { body, keys: sent } = bodyOf(draft);
    keys.current = sent;
    return { ...body, ...(inputOf(schedule) ?? { frequency: schedule.frequency, start: schedule.start }), name: schedule.name.trim(), action: schedule.action as "draft" | "publish" };
  };
  const editor = useEditor<Values, { id: string; name: string }>({
    work: `recurring/${kind}/${template?.id ?? "new"}`,
    initial,
    mayFinish: true,
    check: ({ schedule, draft }) => ({
      ...journalFaults(draft, schedule.action !== "draft", {
        required: t("journals.chooseAccount"),
        twoLines: t("journals.twoLines"),
        unbalanced: (difference) => t("journals.unbalanced", { difference: formatAmount(absolute(difference), locale), currency: draft.currency }),
        number: (error, decimals) => t(`amountError.${error as "not_an_amount"}`, { decimals }),
      }),
      ...faultsOf(schedule, t("form.required")),
    }),
    send: (values, _, isOver) => (template ? changeTemplate(kind, template.id, inputFrom(values), isOver ? undefined : template.tag) : createTemplate(kind, inputFrom(values))),
    place: (error) => {
      const name = error.pointer.split("/")[1] ?? "";
      return SCHEDULE_FIELDS.includes(name) ? name : placeOf(error, keys.current);
    },
    onSaved: async (saved) => {
      await client.invalidateQueries({ queryKey: ["recurring"] });
      notifications.show({ color: "ledger", message: t("saved", { name: saved.name }) });
      await navigate({ to: urls.recurringTemplate, params: { kind, templateId: saved.id }, replace: true });
    },
  });
  const { values, change, errors } = editor;
  const setDraft = (patch: Partial<JournalDraft>) => change((now) => ({ ...now, draft: { ...now.draft, ...patch } }), ...Object.keys(patch));

  return (
    <EditorFrame
      editor={editor}
      title={template ? t("editTitle", { name: template.name }) : t(`newTitle.${kind}`)}
      draftLabel={t("save")}
      onCancel={() => void navigate(template ? { to: urls.recurringTemplate, params: { kind, templateId: template.id } } : { to: urls.recurring, params: { kind } })}
      onReload={() => {
        editor.letGo();
        onReload();
      }}
    >
      <ScheduleFields kind={kind} values={values.schedule} errors={errors} onChange={(patch) => change((now) => ({ ...now, schedule: { ...now.schedule, ...patch } }), ...Object.keys(patch))} />
      <Sheet padded>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput name="memo" label={t("journals.memo")} value={values.draft.memo} error={errors["memo"]} onChange={(event) => setDraft({ memo: event.currentTarget.value })} maxLength={500} autoComplete="off" />
          <TextInput name="reference" label={t("journals.reference")} value={values.draft.reference} error={errors["reference"]} onChange={(event) => setDraft({ reference: event.currentTarget.value })} maxLength={120} autoComplete="off" />
        </SimpleGrid>
      </Sheet>
      <JournalGrid
        lines={values.draft.lines}
        currency={values.draft.currency}
        errors={errors}
        onStep={(step) =>
          change((now) => ({ ...now, draft: { ...now.draft, lines: changed(now.draft.lines, step, emptyLine) } }), "lines", ...(step.do === "set" ? Object.keys(step.patch).map((field) => `${step.key}.${field}`) : []))
        }
      />
    </EditorFrame>
  );
}
