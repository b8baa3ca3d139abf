import { Button, Checkbox, Group, Popover, Select, Stack, TextInput } from "@mantine/core";
import { SlidersHorizontal } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { AccountPicker } from "@/components/pickers/AccountPicker";
import { ContactPicker } from "@/components/pickers/ContactPicker";
import { DateInput } from "@/components/DateInput";
import { accountsQuery } from "@/lib/api/accounts";
import type { ReportDescription } from "@/lib/api/types";
import { isDate, today } from "@/lib/locale";
import { useOrganization } from "@/lib/organization";

import { type Day, dayOf, DAYS, PERIODS, type ReportSearch } from "./parameters";
import classes from "./ReportBar.module.css";

interface Props {
  report: ReportDescription;
  search: ReportSearch;
  /** What the server made of it: the real days. */
  days: { first: string | null; last: string } | undefined;
  onSearch: (change: ReportSearch) => void;
}

/** While a year is typed, the field goes through 0002, 0020, 0202: none of them is meant. */
const isWholeDate = (value: string) => isDate(value) && value >= "1900";

const CUSTOM = "custom";

/** What is asked of the report: its days, its columns, its filters, and the rest behind a button. */
export function ReportBar(props: Props) {
  const { report } = props;
  return (
    <div className={classes.bar}>
      {report.at_a_date ? <AtADay {...props} /> : <OverTime {...props} />}
      {FILTERS.filter(({ parameter }) => report.takes.includes(parameter)).map(({ parameter, Input }) => (
        <Input key={parameter} {...props} />
      ))}
      <More {...props} />
    </div>
  );
}

function OverTime({ search, days, onSearch }: Props) {
  const { t } = useTranslation("reports");
  const value = search.date_from || search.date_to || search.date ? CUSTOM : (search.period ?? PERIODS[0]);
  const names: readonly string[] = PERIODS;
  const setDays = (change: { date_from?: string; date_to?: string }) => {
    const date_from = change.date_from ?? search.date_from ?? days?.first ?? undefined;
    const date_to = change.date_to ?? search.date_to ?? search.date ?? days?.last;
    onSearch({ period: undefined, date: undefined, date_from, date_to });
  };
  return (
    <>
      <Select
        label={t("bar.period")}
        size="xs"
        w={170}
        allowDeselect={false}
        data={[
          ...PERIODS.map((name) => ({ value: name, label: t(`period.${name}`) })),
          ...(names.includes(value) || value === CUSTOM ? [] : [{ value, label: value }]),
          { value: CUSTOM, label: t("period.custom") },
        ]}
        value={value}
        onChange={(next) => (next === CUSTOM ? setDays({}) : onSearch({ period: next === PERIODS[0] ? undefined : (next ?? undefined), date: undefined, date_from: undefined, date_to: undefined }))}
      />
      <DateInput key={`from ${days?.first ?? ""}`} label={t("bar.from")} size="xs" defaultValue={days?.first ?? ""} onChange={({ currentTarget: { value: typed } }) => isWholeDate(typed) && setDays({ date_from: typed })} />
      <DateInput key={`to ${days?.last ?? ""}`} label={t("bar.to")} size="xs" defaultValue={days?.last ?? ""} onChange={({ currentTarget: { value: typed } }) => isWholeDate(typed) && setDays({ date_to: typed })} />
    </>
  );
}

function AtADay({ report, search, days, onSearch }: Props) {
  const { t } = useTranslation("reports");
  const { timezone, fiscal_year_start } = useOrganization();
  const now = today(timezone);
  const asked = search.date ?? search.date_to;
  const isColumned = search.columns !== undefined && search.columns !== "total" && search.columns !== "branch";
  const canBegin = report.name === "trial-balance";
  const dayNamed = (name: Day) => dayOf(name, now, fiscal_year_start);
  const named = DAYS.find((name) => dayNamed(name) === (asked ?? now));
  if (isColumned) return <OverTime report={report} search={search} days={days} onSearch={onSearch} />;
  const setDay = (date: string) => onSearch({ period: undefined, date_to: undefined, date: date === now ? undefined : date });
  return (
    <>
      <Select
        label={t("bar.day")}
        size="xs"
        w={190}
        allowDeselect={false}
        data={[...DAYS.map((name) => ({ value: name, label: t(`day.${name}`) })), ...(search.period || !named ? [{ value: CUSTOM, label: t("day.custom") }] : [])]}
        value={search.period ? CUSTOM : (named ?? CUSTOM)}
        onChange={(next) => next && next !== CUSTOM && setDay(dayNamed(next as Day))}
      />
      {canBegin && (
        <DateInput key={`from ${days?.first ?? ""}`} label={t("bar.movementsFrom")} size="xs" defaultValue={days?.first ?? ""} onChange={({ currentTarget: { value } }) => (!value || isWholeDate(value)) && onSearch({ date_from: value || undefined, period: undefined })} />
      )}
      <DateInput key={`at ${days?.last ?? ""}`} label={t("bar.at")} size="xs" defaultValue={days?.last ?? now} onChange={({ currentTarget: { value } }) => isWholeDate(value) && setDay(value)} />
    </>
  );
}

const COLUMNS = ["total", "month", "quarter", "half", "year", "week", "day", "branch"] as const;

function Columns({ report, search, onSearch }: Props) {
  const { t } = useTranslation("reports");
  const change = (columns: string | undefined) => {
    const wasColumned = search.columns && search.columns !== "branch";
    // A stretch of time is another thing than a day: what was chosen of the one does not fit the other.
    const days = report.at_a_date && (columns && columns !== "branch") !== Boolean(wasColumned) ? { period: columns && columns !== "branch" ? "fiscal_year_to_date" : undefined, date: undefined, date_from: undefined, date_to: undefined } : {};
    onSearch({ columns, ...days });
  };
  return (
    <Select
      label={t("bar.columns")}
      size="xs"
      w={130}
      allowDeselect={false}
      data={COLUMNS.map((value) => ({ value, label: t(`columns.${value}`) }))}
      value={search.columns ?? "total"}
      onChange={(next) => change(next === "total" ? undefined : (next ?? undefined))}
    />
  );
}

const COMPARISONS = ["previous_period", "previous_year"] as const;

function Compare({ search, onSearch }: Props) {
  const { t } = useTranslation("reports");
  const both = COMPARISONS.join(",");
  return (
    <Select
      label={t("bar.compare")}
      size="xs"
      w={160}
      allowDeselect={false}
      data={[
        { value: "", label: t("compare.none") },
        ...COMPARISONS.map((value) => ({ value: value, label: t(`compare.${value}`) })),
        { value: both, label: t("compare.both") },
      ]}
      value={search.compare ?? ""}
      onChange={(next) => onSearch({ compare: next || undefined })}
    />
  );
}

function Contact({ search, onSearch }: Props) {
  const { t } = useTranslation("reports");
  const [contact = ""] = (search.contact ?? "").split(",");
  return (
    <Labelled label={t("bar.contact")}>
      <ContactPicker label={t("bar.contact")} value={contact} onChange={(id) => id !== contact && onSearch({ contact: id || undefined })} />
    </Labelled>
  );
}

function Account({ search, onSearch }: Props) {
  const { t } = useTranslation("reports");
  const accounts = useQuery(accountsQuery);
  const [account = ""] = (search.account ?? "").split(",");
  return (
    <Labelled label={t("bar.account")}>
      <AccountPicker accounts={accounts.data ?? []} label={t("bar.account")} value={account} onChange={(id) => id !== account && onSearch({ account: id || undefined })} />
    </Labelled>
  );
}

const FILTERS = [
  { parameter: "columns", Input: Columns },
  { parameter: "compare", Input: Compare },
  { parameter: "contact", Input: Contact },
  { parameter: "account", Input: Account },
];

/** Over a field that carries its name itself: only to be seen. */
function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.labelled}>
      <span className={classes.label} aria-hidden>
        {label}
      </span>
      {children}
    </div>
  );
}

/** Reports of the ledger; what is open is known of documents only as it is now. */
const KNOW_INSTANTS = ["balance-sheet", "profit-and-loss", "cash-flow", "changes-in-equity", "trial-balance", "general-ledger", "journal", "tax-summary", "tax-detail"];

/** What is needed now and then. */
const OPTIONS = ["basis", "percent_of", "side", "detail", "aged_by", "days", "ages", "depth", "presentation", "zero_rows", "as_known_at"] as const;
type Option = (typeof OPTIONS)[number];

function optionsOf({ name, takes, no_cash_basis }: ReportDescription, search: ReportSearch): Option[] {
  const isThere: Record<Exclude<Option, "percent_of" | "side" | "detail" | "aged_by" | "days" | "ages" | "depth" | "zero_rows">, boolean> = {
    basis: !no_cash_basis && name !== "cash-basis-lines",
    presentation: true,
    as_known_at: KNOW_INSTANTS.includes(name) && search.basis !== "cash",
  };
  return OPTIONS.filter((option) => (option in isThere ? isThere[option as keyof typeof isThere] : takes.includes(option)));
}

function More(props: Props) {
  const { t } = useTranslation("reports");
  const { report, search, onSearch } = props;
  const inForce = OPTIONS.filter((name) => search[name] !== undefined).length;
  return (
    <Popover position="bottom-end" shadow="md" trapFocus width={280}>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<SlidersHorizontal size={14} />} className={classes.more}>
          {inForce ? t("bar.moreInForce", { count: inForce }) : t("bar.more")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("bar.more")}>
        <Stack gap="sm">
          {optionsOf(report, search).map((option) => (
            <OptionInput key={option} option={option} {...props} />
          ))}
          {inForce > 0 && (
            <Group justify="flex-end">
              <Button variant="subtle" size="xs" onClick={() => onSearch(Object.fromEntries(OPTIONS.map((name) => [name, undefined])))}>
                {t("bar.reset")}
              </Button>
            </Group>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

const SIDES = ["sales", "purchases"] as const;
const LEVELS = ["0", "1", "2", "3"] as const;
const ROUNDINGS = ["whole", "thousands"] as const;

function OptionInput({ option, report, search, onSearch }: Props & { option: Option }) {
  const { t } = useTranslation("reports");
  const set = (value: string | undefined) => onSearch({ [option]: value });
  const value = search[option];
  switch (option) {
    case "basis":
      return <Choice label={t("bar.basis")} none={t("basis.accrual")} choices={[{ value: "cash", label: t("basis.cash") }]} value={value} onValue={set} />;
    case "percent_of":
      return <Choice label={t("bar.percentOf")} none={t("percentOf.none")} choices={percentagesOf(report.name).map((each) => ({ value: each, label: t(`percentOf.${each}`) }))} value={value} onValue={set} />;
    case "side":
      return <Choice label={t("bar.side")} none={t("tax.side.both")} choices={SIDES.map((each) => ({ value: each, label: t(`tax.side.${each}`) }))} value={value} onValue={set} />;
    case "aged_by":
      return <Choice label={t("bar.agedBy")} none={t("agedBy.due_date")} choices={[{ value: "date", label: t("agedBy.date") }]} value={value} onValue={set} />;
    case "depth":
      return <Choice label={t("bar.depth")} none={t("depth.all")} choices={LEVELS.map((each) => ({ value: each, label: t(`depth.${each}`) }))} value={value} onValue={set} />;
    case "presentation":
      return <Choice label={t("bar.presentation")} none={t("presentation.units")} choices={ROUNDINGS.map((each) => ({ value: each, label: t(`presentation.${each}`) }))} value={value} onValue={set} />;
    case "detail":
      return <Checkbox label={t("bar.detail")} checked={value === "true"} onChange={({ currentTarget: { checked } }) => set(checked ? "true" : undefined)} />;
    case "zero_rows":
      return <Checkbox label={t("bar.zeroRows")} checked={value === "true"} onChange={({ currentTarget: { checked } }) => set(checked ? "true" : undefined)} />;
    case "days":
      return <Figure label={t("bar.daysOfAge")} begin={30} min={1} max={366} value={value} onValue={set} />;
    case "ages":
      return <Figure label={t("bar.ages")} begin={4} min={2} max={12} value={value} onValue={set} />;
    case "as_known_at":
      return <KnownAt search={search} onSearch={onSearch} />;
  }
}

interface ChoiceProps {
  label: string;
  /** What it is called where nothing is chosen. */
  none: string;
  choices: readonly { value: string; label: string }[];
  value: string | undefined;
  onValue: (value: string | undefined) => void;
}

function Choice({ label, none, choices, value, onValue }: ChoiceProps) {
  return (
    <Select
      label={label}
      size="xs"
      allowDeselect={false}
      comboboxProps={{ withinPortal: false }}
      data={[{ value: "", label: none }, ...choices]}
      value={value ?? ""}
      onChange={(next) => onValue(next === "" ? undefined : (next ?? undefined))}
    />
  );
}

interface FigureProps {
  label: string;
  begin: number;
  min: number;
  max: number;
  value: string | undefined;
  onValue: (value: string | undefined) => void;
}

function Figure({ label, begin, min, max, value, onValue }: FigureProps) {
  return (
    <TextInput
      label={label}
      size="xs"
      type="number"
      min={min}
      max={max}
      defaultValue={value ?? String(begin)}
      onChange={({ currentTarget: { value: typed } }) => /^\d+$/.test(typed) && Number(typed) >= min && Number(typed) <= max && onValue(Number(typed) === begin ? undefined : typed)}
    />
  );
}

function percentagesOf(report: string): readonly ("row" | "column" | "income")[] {
  if (report === "profit-and-loss") return ["income", "row"];
  return report === "balance-sheet" ? ["column"] : ["row"];
}

/** The books as they were known at an instant: typed where the person is, asked for in UTC. */
function KnownAt({ search, onSearch }: Pick<Props, "search" | "onSearch">) {
  const { t } = useTranslation("reports");
  return (
    <TextInput
      type="datetime-local"
      size="xs"
      label={t("bar.asKnownAt")}
      description={t("bar.asKnownAtText")}
      defaultValue={localInstant(search.as_known_at)}
      max="9999-12-31T23:59"
      onChange={({ currentTarget: { value } }) => {
        if (!value) onSearch({ as_known_at: undefined });
        else if (value >= "1900") onSearch({ as_known_at: new Date(value).toISOString() });
      }}
    />
  );
}

function localInstant(instant: string | undefined): string {
  if (!instant || Number.isNaN(Date.parse(instant))) return "";
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

