import { Button, Group, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Eye } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import { EditorFrame, Keys } from "@/components/editor/EditorFrame";
import { changed, type Step } from "@/components/editor/lines";
import { PreviewDialog } from "@/components/editor/PreviewDialog";
import { useEditor, type Wish } from "@/components/editor/useEditor";
import { JournalLinesGrid } from "@/components/journals/JournalLinesGrid";
import { emptyLine, inputOf, type Line, lineFaults, linesOf, type Notation, placeErrors } from "@/components/journals/lines";
import { useFaultTexts } from "@/components/journals/useFaultTexts";
import type { Tagged } from "@/lib/api/client";
import type { DryRun } from "@/lib/api/dryRun";
import { booksChanged, changeJournal, createJournal, journalQuery, publishJournal, rehearseJournal } from "@/lib/api/journals";
import type { FieldProblem } from "@/lib/api/problem";
import type { Account, ManualJournal } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import { formatDate, locale, today } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";


interface Props {
  /** The draft to go on with; without one, a new journal. */
  journal?: ManualJournal & Tagged;
  /** What a new journal begins with: the same lines, dated today. */
  copyOf?: ManualJournal | undefined;
  accounts: readonly Account[];
  onReload?: () => void;
}

interface Values {
  date: string;
  memo: string;
  reference: string;
  lines: Line[];
}

/** Enter above the lines goes to them; it must not save half a journal. */
function toLines(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.currentTarget.closest("form")?.querySelector<HTMLInputElement>('input[name="lines.0.account"]')?.focus();
}

export function JournalForm({ journal, copyOf, accounts, onReload }: Props) {
  const { t } = useTranslation();
  const { timezone, base_currency } = useOrganization();
  const may = useAbilities();
  const navigate = useNavigate();
  const client = useQueryClient();
  const currency = (journal ?? copyOf)?.currency ?? base_currency;
  const notation: Notation = { locale, decimals: currencyDecimals(currency) };
  const texts = useFaultTexts(currency);
  const known = useRef(journal);
  const sentKeys = useRef<number[]>([]);
  const [preview, setPreview] = useState<DryRun | null>(null);
  const [isLooking, setLooking] = useState(false);
  const mayPublish = may("manual_journals.publish");

  const body = ({ lines, ...head }: Values) => {
    const { keys, lines: sent } = inputOf(lines, notation);
    sentKeys.current = keys;
    return { ...head, ...kept(currency, journal), lines: sent };
  };

  /** What can be seen from here without asking the server. */
  const check = ({ lines, date }: Values, wish: Wish) => ({
    ...lineFaults(lines, notation, wish === "final", texts),
    ...(!date && { date: t("form.required") }),
  });

  const send = async (values: Values, wish: Wish, isOver: boolean) => {
    const sent = body(values);
    if (!known.current) return createJournal({ ...sent, publish: wish === "final" });
    known.current = await changeJournal(known.current.id, sent, isOver ? undefined : known.current.tag);
    return wish === "final" ? publishJournal(known.current.id, known.current.tag) : known.current;
  };

  const place = (error: FieldProblem): string | undefined => {
    const [cell] = Object.keys(placeErrors([error], sentKeys.current).cells);
    const field = error.pointer.slice(1);
    return cell ?? (["date", "memo", "reference"].includes(field) ? field : undefined);
  };

  const editor = useEditor<Values, ManualJournal & Tagged>({
    work: `journals/${journal?.id ?? "new"}`,
    initial: { date: journal?.date ?? today(timezone), memo: (journal ?? copyOf)?.memo ?? "", reference: journal?.reference ?? "", lines: linesOf(journal ?? copyOf, notation) },
    check,
    send,
    place,
    mayFinish: mayPublish,
    onSaved: async (saved, wish) => {
      client.setQueryData(journalQuery(saved.id).queryKey, saved);
      notifications.show({ color: "ledger", message: t(wish === "final" ? "journals.published" : "journals.saved", { number: saved.number }) });
      await navigate({ to: urls.journal, params: { journalId: saved.id }, replace: true });
      void booksChanged(client);
    },
  });
  const { values, errors, change } = editor;
  const set = (patch: Partial<Values>) => change((now) => ({ ...now, ...patch }), ...Object.keys(patch));
  const onStep = (step: Step<Line>) => {
    const places = step.do === "set" ? Object.keys(step.patch).map((field) => `${step.key}.${field}`) : [];
    change((now) => ({ ...now, lines: changed(now.lines, step, emptyLine) }), "total", ...places);
  };

  const look = async () => {
    setLooking(true);
    try {
      setPreview(await rehearseJournal(body(values)));
    } catch (error) {
      editor.refuse(error);
    } finally {
      setLooking(false);
    }
  };

  return (
    <>
      <EditorFrame
        editor={editor}
        title={journal ? t("journals.editTitle", { number: journal.number || t("journals.draft") }) : t("journals.newTitle")}
        subtitle={<Keys keys={SHORTCUTS.map((name) => ({ key: t(`journals.key.${name}`), does: t(`journals.shortcut.${name}`) }))} />}
        draftLabel={t("journals.saveDraft")}
        finalLabel={mayPublish ? t("journals.publish") : undefined}
        onCancel={() => void navigate(journal ? { to: urls.journal, params: { journalId: journal.id } } : { to: urls.journals })}
        onReload={() => {
          editor.letGo();
          onReload?.();
        }}
        actions={
          <Button variant="default" leftSection={<Eye size={15} />} onClick={() => void look()} loading={isLooking}>
            {t("editor.preview")}
          </Button>
        }
      >
        <Group align="flex-start" gap="md" onKeyDown={toLines}>
          <DateInput name="date" label={t("journals.date")} value={values.date} onChange={(event) => set({ date: event.currentTarget.value })} error={errors["date"]} w={160} autoFocus required withAsterisk={false} />
          <TextInput name="memo" label={t("journals.memo")} value={values.memo} onChange={(event) => set({ memo: event.currentTarget.value })} error={errors["memo"]} flex="3 1 240px" autoComplete="off" />
          <TextInput name="reference" label={t("journals.reference")} value={values.reference} onChange={(event) => set({ reference: event.currentTarget.value })} error={errors["reference"]} flex="1 1 200px" autoComplete="off" />
        </Group>
        <Kept currency={currency} journal={journal} />
        <JournalLinesGrid lines={values.lines} onStep={onStep} accounts={accounts} errors={errors} notation={notation} />
      </EditorFrame>
      {preview && <PreviewDialog answer={preview} onClose={() => setPreview(null)} />}
    </>
  );
}

/** What is given over the API and not changed here, sent back as it was read. A copy takes the rate of its own day. */
function kept(currency: string, journal: ManualJournal | undefined) {
  return journal ? { currency, rate: journal.rate, reverse_on: journal.reverse_on } : { currency };
}

/** Says so where amounts are not in the currency of the books, or where the journal will be booked back. */
function Kept({ currency, journal }: { currency: string; journal: ManualJournal | undefined }) {
  const { t } = useTranslation();
  const { base_currency } = useOrganization();
  const said = [
    currency !== base_currency && (journal ? t("journals.inCurrencyAt", { currency, rate: journal.rate, base: base_currency }) : t("journals.inCurrency", { currency })),
    journal?.reverse_on && t("journals.reversesOn", { date: formatDate(journal.reverse_on) }),
  ].filter(Boolean);
  if (!said.length) return null;
  return (
    <Text size="sm" c="dimmed" data-testid="kept">
      {said.join(" ")}
    </Text>
  );
}

const SHORTCUTS = ["next", "balance", "remove", "save", "publish"] as const;
