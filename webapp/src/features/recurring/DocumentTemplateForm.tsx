import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { DocumentFields } from "@/components/documents/DocumentFields";
import { bodyOf, type Draft, draftErrors, placeOf } from "@/components/documents/draft";
import { useDraft } from "@/components/documents/useDraft";
import { EditorFrame } from "@/components/editor/EditorFrame";
import { useEditor } from "@/components/editor/useEditor";
import type { Tagged } from "@/lib/api/client";
import { changeTemplate, createTemplate } from "@/lib/api/recurring";
import type { RecurringDocument, RecurringDocumentInput } from "@/lib/api/types";
import { policyOf } from "@/lib/documentKinds";
import type { DocumentKind, RecurringKind } from "@/lib/kinds";
import { useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { faultsOf, inputOf, SCHEDULE_FIELDS, type ScheduleValues } from "./schedule";
import { ScheduleFields } from "./ScheduleFields";

interface Values {
  schedule: ScheduleValues;
  draft: Draft;
}

interface Props {
  kind: RecurringKind;
  makes: DocumentKind;
  template?: RecurringDocument & Tagged;
  initial: Values;
  onReload: () => void;
}

/** A document that is written again and again. */
export function DocumentTemplateForm({ kind, makes, template, initial, onReload }: Props) {
  const { t } = useTranslation("recurring");
  const { base_currency } = useOrganization();
  const client = useQueryClient();
  const navigate = useNavigate();
  const keys = useRef<number[]>([]);
  const settled = useRef<() => Promise<unknown>>(() => Promise.resolve());

  const inputFrom = ({ schedule, draft }: Values): RecurringDocumentInput => {
    const { body, keys: sent } = bodyOf(draft, base_currency);
    keys.current = sent;
    // Each document made of it has a date and a number of its own.
    const content = Object.fromEntries(Object.entries(body).filter(([name]) => !["date", "due_date", "number"].includes(name)));
    return { ...content, ...(inputOf(schedule) ?? { frequency: schedule.frequency, start: schedule.start }), name: schedule.name.trim(), action: schedule.action } as RecurringDocumentInput;
  };

  const editor = useEditor<Values, RecurringDocument & Tagged>({
    work: `recurring/${kind}/${template?.id ?? "new"}`,
    initial,
    mayFinish: true,
    settle: () => settled.current(),
    check: ({ schedule, draft }) => ({
      ...draftErrors({ ...draft, date: schedule.start }, policyOf(makes), {
        required: t("form.required"),
        oneLine: t("oneLine"),
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
  const { values, change } = editor;
  const use = useDraft(makes, {
    values: { ...values.draft, date: values.schedule.start },
    change: (next, ...places) => change((now) => ({ ...now, draft: next({ ...now.draft, date: now.schedule.start }) }), ...places),
  });
  useEffect(() => {
    settled.current = use.settled;
  });

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
      <ScheduleFields kind={kind} values={values.schedule} errors={editor.errors} onChange={(patch) => change((now) => ({ ...now, schedule: { ...now.schedule, ...patch } }), ...Object.keys(patch))} />
      <DocumentFields kind={makes} use={use} errors={editor.errors} isTemplate />
    </EditorFrame>
  );
}
