import { Button, Group, Kbd, Modal, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type SyntheticEvent, useEffect, useReducer, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import { Page } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import { searchesDone } from "@/lib/api/contacts";
import { booksChanged, changeJournal, createJournal, publishJournal } from "@/lib/api/journals";
import { ApiProblem, type FieldProblem, toProblem } from "@/lib/api/problem";
import type { Account, ManualJournal } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import { formatDate, locale, today } from "@/lib/locale";
import { absolute, formatAmount } from "@/lib/money";
import { useAbilities, useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { LineGrid } from "./LineGrid";
import { amountErrors, type CellErrors, change, type Change, inputOf, linesOf, type Notation, placeErrors, totalsOf } from "./lines";

interface Props {
  /** The draft to go on with; without one, a new journal. */
  journal?: ManualJournal;
  /** What a new journal begins with: the same lines, dated today. */
  copyOf?: ManualJournal | undefined;
  accounts: readonly Account[];
}

type Wish = "draft" | "publish";

interface Errors {
  cells: CellErrors;
  date?: string;
  memo?: string;
  reference?: string;
  total?: string;
  problem: ApiProblem | null;
}

/** Enter above the lines goes to them; it must not save half a journal. */
function toLines(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.currentTarget.closest("form")?.querySelector<HTMLInputElement>('input[name="lines.0.account"]')?.focus();
}

const NONE: Errors = { cells: {}, problem: null };

export function JournalForm({ journal, copyOf, accounts }: Props) {
  const { t } = useTranslation();
  const { timezone, base_currency } = useOrganization();
  const may = useAbilities();
  const navigate = useNavigate();
  const client = useQueryClient();
  const currency = (journal ?? copyOf)?.currency ?? base_currency;
  const notation: Notation = { locale, decimals: currencyDecimals(currency) };
  const [lines, changeLines] = useReducer(change, null, () => linesOf(journal ?? copyOf, notation));
  const [head, setHead] = useState({ date: journal?.date ?? today(timezone), memo: (journal ?? copyOf)?.memo ?? "", reference: journal?.reference ?? "" });
  const [errors, setErrors] = useState<Errors>(NONE);
  const [isDirty, setDirty] = useState(false);
  const isLeaving = useRef(false);
  const sentKeys = useRef<number[]>([]);
  const savedId = useRef(journal?.id);

  const form = useRef<HTMLFormElement>(null);
  const lastFocus = useRef<Element | null>(null);
  /** After a refusal the person goes on at the first wrong cell, or where they were. */
  const goToFault = () =>
    setTimeout(() => {
      const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? lastFocus.current;
      if (wrong instanceof HTMLElement) wrong.focus();
    });

  const blocker = useBlocker({ shouldBlockFn: () => isDirty && !isLeaving.current, enableBeforeUnload: () => isDirty && !isLeaving.current, withResolver: true });

  const onLines = (step: Change) => {
    setDirty(true);
    changeLines(step);
    if (step.do === "set") setErrors(({ cells, ...rest }) => ({ ...rest, total: undefined, cells: { ...cells, [`${step.key}.${step.field}`]: undefined } }));
  };
  const onHead = (field: keyof typeof head, value: string) => {
    setDirty(true);
    setHead({ ...head, [field]: value });
    setErrors({ ...errors, [field]: undefined });
  };

  /** What can be seen from here without asking the server. */
  const check = (wish: Wish): Errors | null => {
    const cells: CellErrors = {};
    for (const { cell, error } of amountErrors(lines, notation)) cells[cell] = t(`amountError.${error}`, { decimals: notation.decimals });
    const { keys, lines: sent } = inputOf(lines, notation);
    sent.forEach((line, index) => {
      if (!line.account) cells[`${keys[index] ?? 0}.account`] = t("journals.chooseAccount");
    });
    const found: Errors = { cells, problem: null };
    if (!head.date) found.date = t("form.required");
    const totals = totalsOf(lines, notation);
    if (wish === "publish" && sent.length < 2) found.total = t("journals.twoLines");
    else if (wish === "publish" && totals.incomplete) found.total = t("journals.totalState.incomplete");
    else if (wish === "publish" && !totals.balanced) found.total = t("journals.unbalanced", { difference: formatAmount(absolute(totals.difference), locale), currency });
    return found.date || found.total || Object.keys(cells).length ? found : null;
  };

  const send = async (wish: Wish): Promise<ManualJournal> => {
    const { keys, lines: sent } = inputOf(lines, notation);
    sentKeys.current = keys;
    const body = { ...head, ...kept(currency, journal), lines: sent };
    if (!savedId.current) return createJournal({ ...body, publish: wish === "publish" });
    const saved = await changeJournal(savedId.current, body);
    return wish === "publish" ? publishJournal(saved.id) : saved;
  };

  const saving = useMutation({
    mutationFn: send,
    onSuccess: async (saved, wish) => {
      isLeaving.current = true;
      await booksChanged(client);
      notifications.show({ color: "ledger", message: t(wish === "publish" ? "journals.published" : "journals.saved", { number: saved.number }) });
      await navigate({ to: urls.journal, params: { journalId: saved.id }, replace: true });
    },
    onError: (error) => {
      setErrors(place(toProblem(error)));
      goToFault();
    },
  });

  /** Each of the server's errors to its cell or field; the rest to the alert above the lines. */
  const place = (problem: ApiProblem): Errors => {
    const { cells, rest } = placeErrors(problem.errors, sentKeys.current);
    const placed: Errors = { cells, problem: null };
    const left: FieldProblem[] = [];
    for (const error of rest) {
      const field = error.pointer.slice(1);
      if (field === "date" || field === "memo" || field === "reference") placed[field] = error.detail;
      else left.push(error);
    }
    if (problem.code === "unbalanced") placed.total = problem.detail;
    else if (left.length || !problem.errors.length) placed.problem = problem;
    return placed;
  };

  const save = (wish: Wish) => {
    if (saving.isPending) return;
    if (wish === "publish" && !may("manual_journals.publish")) return;
    const found = check(wish);
    setErrors(found ?? NONE);
    if (found) goToFault();
    else saving.mutate(wish);
  };
  const latest = useRef(save);
  useEffect(() => {
    latest.current = save;
  });
  /** The cell that has the focus hands over what was typed first: what is saved is what is seen. */
  const start = async (wish: Wish) => {
    await searchesDone(client);
    setTimeout(() => (form.current?.querySelector("[data-unknown]") ? goToFault() : latest.current(wish)));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.ctrlKey && !event.metaKey) return;
    const wish = event.key === "Enter" ? "publish" : event.key.toLowerCase() === "s" ? "draft" : null;
    if (!wish) return;
    event.preventDefault();
    lastFocus.current = document.activeElement;
    (document.activeElement as HTMLElement | null)?.blur();
    void start(wish);
  };
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    void start("draft");
  };

  return (
    <Page title={journal ? t("journals.editTitle", { number: journal.number || t("journals.draft") }) : t("journals.newTitle")} subtitle={<Shortcuts />}>
      <form ref={form} onSubmit={onSubmit} onKeyDown={onKeyDown} noValidate>
        <Stack gap="md">
          <Group align="flex-start" gap="md" onKeyDown={toLines}>
            <DateInput
              name="date"
              label={t("journals.date")}
              value={head.date}
              onChange={(event) => onHead("date", event.currentTarget.value)}
              error={errors.date}
              w={160}
              autoFocus
              required
              withAsterisk={false}
            />
            <TextInput name="memo" label={t("journals.memo")} value={head.memo} onChange={(event) => onHead("memo", event.currentTarget.value)} error={errors.memo} flex="3 1 240px" autoComplete="off" />
            <TextInput
              name="reference"
              label={t("journals.reference")}
              value={head.reference}
              onChange={(event) => onHead("reference", event.currentTarget.value)}
              error={errors.reference}
              flex="1 1 200px"
              autoComplete="off"
            />
          </Group>
          <Kept currency={currency} journal={journal} />
          <ProblemAlert error={errors.problem} />
          <LineGrid lines={lines} onChange={onLines} accounts={accounts} errors={errors.cells} notation={notation} totalError={errors.total} />
          <Group justify="flex-end" gap="xs">
            <Button variant="subtle" color="gray" onClick={() => void navigate(journal ? { to: urls.journal, params: { journalId: journal.id } } : { to: urls.journals })}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" variant="default" loading={saving.isPending && saving.variables === "draft"}>
              {t("journals.saveDraft")}
            </Button>
            {may("manual_journals.publish") && (
              <Button onClick={() => void start("publish")} loading={saving.isPending && saving.variables === "publish"}>
                {t("journals.publish")}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
      <Modal opened={blocker.status === "blocked"} onClose={() => blocker.reset?.()} title={t("journals.leaveTitle")} closeButtonProps={{ "aria-label": t("action.close") }}>
        <Text size="sm">{t("journals.leaveText")}</Text>
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={() => blocker.reset?.()} data-autofocus>
            {t("journals.stay")}
          </Button>
          <Button color="red" onClick={() => blocker.proceed?.()}>
            {t("journals.leave")}
          </Button>
        </Group>
      </Modal>
    </Page>
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

function Shortcuts() {
  const { t } = useTranslation();
  return (
    <Group gap={14} visibleFrom="sm" c="dimmed" fz="xs">
      {SHORTCUTS.map((name) => (
        <span key={name}>
          <Kbd size="xs">{t(`journals.key.${name}`)}</Kbd> {t(`journals.shortcut.${name}`)}
        </span>
      ))}
    </Group>
  );
}
