import { SimpleGrid, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { EditorFrame } from "@/components/editor/EditorFrame";
import { changed } from "@/components/editor/lines";
import { useEditor } from "@/components/editor/useEditor";
import { JournalLinesGrid } from "@/components/journals/JournalLinesGrid";
import { emptyLine, lineFaults, placeErrors } from "@/components/journals/lines";
import { useFaultTexts } from "@/components/journals/useFaultTexts";
import { Sheet } from "@/components/Page";
import { accountsQuery } from "@/lib/api/accounts";
import type { Tagged } from "@/lib/api/client";
import { changeTemplate, createTemplate } from "@/lib/api/recurring";
import type { RecurringJournal, RecurringJournalInput } from "@/lib/api/types";
import type { RecurringKind } from "@/lib/kinds";
import { urls } from "@/lib/urls";

import { bodyOf, type JournalDraft, notationOf } from "./journalDraft";
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
  const accounts = useQuery(accountsQuery).data ?? [];
  const texts = useFaultTexts(initial.draft.currency); // the page does not change it
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
      ...lineFaults(draft.lines, notationOf(draft.currency), schedule.action !== "draft", texts),
      ...faultsOf(schedule, t("form.required")),
    }),
    send: (values, _, isOver) => (template ? changeTemplate(kind, template.id, inputFrom(values), isOver ? undefined : template.tag) : createTemplate(kind, inputFrom(values))),
    place: (error) => {
      const [cell] = Object.keys(placeErrors([error], keys.current).cells);
      const name = error.pointer.slice(1);
      if (name === "lines") return "total";
      return cell ?? ([...SCHEDULE_FIELDS, "memo", "reference"].includes(name) ? name : undefined);
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
      <JournalLinesGrid
        lines={values.draft.lines}
        accounts={accounts}
        notation={notationOf(values.draft.currency)}
        errors={errors}
        onStep={(step) =>
          change((now) => ({ ...now, draft: { ...now.draft, lines: changed(now.draft.lines, step, emptyLine) } }), "total", ...(step.do === "set" ? Object.keys(step.patch).map((field) => `${step.key}.${field}`) : []))
        }
      />
    </EditorFrame>
  );
}
