import { ActionIcon, Button, Checkbox, Group, Menu, Tabs, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { type QueryKey, type UseQueryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowDown, ArrowUp, Columns3, Download, Search } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { Page, Sheet } from "@/components/Page";
import { Pager } from "@/components/Pager";
import { ProblemAlert } from "@/components/ProblemAlert";
import table from "@/components/table.module.css";
import { useOrganization } from "@/lib/organization";
import type { ListSearch } from "@/lib/search";
import { isPlainKey } from "@/lib/shortcuts";

import type { BulkAction, Choice, Column, Filter, RowLink } from "./columns";
import { FilterBar } from "./FilterBar";
import classes from "./ListPage.module.css";
import { SavedViews } from "./SavedViews";
import { useColumnChoice } from "./useColumnChoice";
import { useRowKeys } from "./useRowKeys";

export const ROWS_PER_PAGE = 50;

/** The tab without a filter: it needs a value of its own. */
const ALL = "all";

/** The address's state of a list: the common part and its filters. */
export type ListState = ListSearch & Record<string, string | number | undefined>;

export interface ListAnswer<Row> {
  count: number;
  results: Row[];
  /** Where the query asks for them (`totals: true`): what the whole filtered list comes to. */
  totals?: ListTotal[];
}

export interface ListTotal {
  currency: string;
  count: number;
  total: string;
  open: string;
}

interface Props<Row, Answer extends ListAnswer<Row>, Key extends QueryKey> {
  /** Of this list, among all: the person's choice of columns is kept under it. */
  name: string;
  title: string;
  actions?: ReactNode;
  /** A line above the table: figures about the whole list, a notice. */
  children?: ReactNode;
  query: UseQueryOptions<Answer, Error, Answer, Key>;
  columns: readonly Column<Row>[];
  /** What a row is about; also its key. */
  rowId: (row: Row) => string;
  rowLink?: (row: Row) => RowLink;
  /** Named on the checkbox of a row. */
  rowName?: (row: Row) => string;
  /** The address's state, and how it changes. A new filter or order begins on the first page. */
  state: ListState;
  onState: (next: ListState) => void;
  /** One filter as tabs: what is looked at most. */
  tabs?: { name: string; choices: readonly Choice[] };
  filters?: readonly Filter[];
  searchLabel?: string;
  /** The server's list finds nothing by words. */
  withoutSearch?: boolean;
  bulk?: readonly BulkAction<Row>[];
  /** The whole filtered list as a file. */
  onExport?: (format: "csv" | "xlsx") => Promise<void>;
  /** Where there is nothing yet; filters that find nothing have a text of their own. */
  empty: ReactNode;
}

/** Every list of the app: filter, order, search and page are the server's; the address holds them. */
export function ListPage<Row, Answer extends ListAnswer<Row>, Key extends QueryKey>(props: Props<Row, Answer, Key>) {
  const { t } = useTranslation();
  const { name, title, actions, children, query, columns, state, onState, tabs, filters = [], searchLabel, withoutSearch = false, onExport, empty } = props;
  const answer = useQuery(query);
  const { shown, toggle } = useColumnChoice(name, columns);
  const [failure, setFailure] = useState<unknown>(null);
  const searchInput = useRef<HTMLInputElement>(null);
  const searchFor = useDebouncedCallback((value: string) => onState({ ...state, search: value || undefined, page: undefined }), 250);
  const isNarrowed = Object.entries(state).some(([key, value]) => value !== undefined && key !== "page" && key !== "ordering");
  const page = state.page ?? 1;

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isPlainKey(event, "/")) return;
      event.preventDefault();
      searchInput.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  const download = (format: "csv" | "xlsx") => {
    setFailure(null);
    onExport?.(format).catch(setFailure);
  };

  return (
    <Page title={title} actions={actions}>
      {tabs && (
        <Tabs value={String(state[tabs.name] ?? ALL)} onChange={(value) => onState({ ...state, [tabs.name]: value === ALL ? undefined : (value ?? undefined), page: undefined })} className={classes.tabs}>
          <Tabs.List>
            {tabs.choices.map(({ value, label }) => (
              <Tabs.Tab key={value} value={value || ALL}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      )}
      {children}
      <ProblemAlert error={failure} />
      <Sheet>
        <Group className={classes.tools} gap="xs">
          {!withoutSearch && (
            <TextInput
              key={state.search ? "found" : "all"} // emptied from outside: the field follows
              ref={searchInput}
              aria-label={searchLabel ?? t("list.search")}
              placeholder={searchLabel ?? t("list.search")}
              leftSection={<Search size={15} />}
              defaultValue={state.search}
              onChange={(event) => searchFor(event.currentTarget.value)}
              className={classes.search}
            />
          )}
          <FilterBar filters={filters} state={state} onState={onState} />
          <Group gap={4} ms="auto" wrap="nowrap">
            <SavedViews list={name} state={state} onState={onState} />
            <Menu closeOnItemClick={false} position="bottom-end">
              <Menu.Target>
                <Tooltip label={t("list.columns")}>
                  <ActionIcon size="lg" aria-label={t("list.columns")} visibleFrom="sm">
                    <Columns3 size={17} />
                  </ActionIcon>
                </Tooltip>
              </Menu.Target>
              <Menu.Dropdown>
                {columns.map((column) => (
                  <Menu.Item key={column.id} role="menuitemcheckbox" aria-checked={shown.includes(column)} leftSection={<Checkbox size="xs" checked={shown.includes(column)} readOnly tabIndex={-1} aria-hidden />} onClick={() => toggle(column.id)}>
                    {column.label}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
            {onExport && (
              <Menu position="bottom-end">
                <Menu.Target>
                  <Tooltip label={t("list.export")}>
                    <ActionIcon size="lg" aria-label={t("list.export")}>
                      <Download size={17} />
                    </ActionIcon>
                  </Tooltip>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => download("csv")}>{t("list.csv")}</Menu.Item>
                  <Menu.Item onClick={() => download("xlsx")}>{t("list.xlsx")}</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          </Group>
        </Group>
        <Loaded query={answer}>
          {({ results, count, totals }) =>
            results.length ? (
              <>
                <Rows {...props} rows={results} totals={totals} shown={shown} isStale={answer.isPlaceholderData} />
                <Pager count={count} page={page} pageSize={ROWS_PER_PAGE} onPage={(next) => onState({ ...state, page: next > 1 ? next : undefined })} />
              </>
            ) : isNarrowed ? (
              <EmptyState icon={Search} title={t("list.nothing")} action={<Button variant="default" onClick={() => onState({})}>{t("list.clear")}</Button>} />
            ) : (
              empty
            )
          }
        </Loaded>
      </Sheet>
    </Page>
  );
}

interface RowsProps<Row, Answer extends ListAnswer<Row>, Key extends QueryKey> extends Props<Row, Answer, Key> {
  rows: Row[];
  totals: ListTotal[] | undefined;
  shown: readonly Column<Row>[];
  isStale: boolean;
}

function Rows<Row, Answer extends ListAnswer<Row>, Key extends QueryKey>({ rows, totals = [], shown, isStale, rowId, rowLink, rowName, state, onState, bulk, title }: RowsProps<Row, Answer, Key>) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const here = rows.filter((row) => chosen.has(rowId(row)));
  const first = shown.find(({ phone }) => phone === "title") ?? shown[0];
  const hasTotals = shown.some(({ total, totalOf }) => total !== undefined || (totalOf && totals.length));
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);

  const choose = (ids: string[], isChosen: boolean) =>
    setChosen((now) => {
      const next = new Set(now);
      for (const id of ids) if (isChosen) next.add(id); else next.delete(id);
      return next;
    });
  const run = async (action: BulkAction<Row>) => {
    setBusy(true);
    setFailure(null);
    try {
      await action.run(action.applies ? here.filter(action.applies) : here);
      setChosen(new Set());
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      {bulk && here.length > 0 && (
        <Group className={classes.bulk} gap="xs" role="toolbar" aria-label={t("list.bulk")}>
          <span>{t("list.chosen", { count: here.length })}</span>
          {bulk.map((action) => {
            const fitting = action.applies ? here.filter(action.applies).length : here.length;
            return (
              <Button key={action.label} size="xs" variant="default" {...(action.tone && { c: "red" })} disabled={!fitting} loading={isBusy} onClick={() => void run(action)}>
                {fitting === here.length ? action.label : t("list.some", { action: action.label, count: fitting })}
              </Button>
            );
          })}
        </Group>
      )}
      <ProblemAlert error={failure} />
      <div className={table.scroll}>
        <table className={`${table.table} ${table.cards} ${classes.rows}`} aria-label={title} data-stale={isStale || undefined}>
          <thead>
            <tr>
              {bulk && (
                <th className={classes.check}>
                  <Checkbox
                    size="xs"
                    aria-label={t("list.chooseAll")}
                    checked={here.length === rows.length}
                    indeterminate={here.length > 0 && here.length < rows.length}
                    onChange={(event) => choose(rows.map(rowId), event.currentTarget.checked)}
                  />
                </th>
              )}
              {shown.map((column) => (
                <Head key={column.id} column={column} ordering={state.ordering} onOrdering={(ordering) => onState({ ...state, ordering, page: undefined })} />
              ))}
            </tr>
          </thead>
          <tbody ref={body}>
            {rows.map((row) => {
              const id = rowId(row);
              return (
                <tr key={id} className={rowLink && table.row} data-chosen={chosen.has(id) || undefined}>
                  {bulk && (
                    <td className={classes.check}>
                      <Checkbox size="xs" aria-label={t("list.choose", { name: rowName?.(row) ?? id })} checked={chosen.has(id)} onChange={(event) => choose([id], event.currentTarget.checked)} />
                    </td>
                  )}
                  {shown.map((column) => (
                    <td key={column.id} className={cellClass(column)}>
                      {column === first && rowLink ? (
                        <Link {...rowLink(row)} className={table.rowLink}>
                          {column.cell(row)}
                        </Link>
                      ) : (
                        column.cell(row)
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
          {hasTotals && (
            <tfoot>
              <tr>
                {bulk && <td className={classes.check} />}
                {shown.map((column, index) => (
                  <td key={column.id} className={cellClass(column)}>
                    {column.total ?? (column.totalOf ? <Totals of={column.totalOf} totals={totals} /> : index === 0 && t("list.total"))}
                  </td>
                ))}
              </tr>
            </tfoot>
          )}
        </table>
      </div>
    </>
  );
}

function Head<Row>({ column, ordering, onOrdering }: { column: Column<Row>; ordering: string | undefined; onOrdering: (next: string | undefined) => void }) {
  const { ordering: own, label } = column;
  const className = column.kind === "amount" ? table.amount : undefined;
  if (!own) return <th scope="col" className={className}>{label}</th>;
  const isUp = ordering === own;
  const isDown = ordering === `-${own}`;
  const next = isUp ? `-${own}` : isDown ? undefined : own;
  return (
    <th scope="col" className={className} aria-sort={isUp ? "ascending" : isDown ? "descending" : "none"}>
      <button type="button" className={classes.sort} onClick={() => onOrdering(next)}>
        {label}
        {isUp && <ArrowUp size={13} aria-hidden />}
        {isDown && <ArrowDown size={13} aria-hidden />}
      </button>
    </th>
  );
}

function cellClass<Row>({ kind, phone }: Column<Row>): string {
  const byKind = { amount: table.amount, number: table.number, date: table.number, text: undefined }[kind ?? "text"];
  const byPhone = { title: undefined, aside: table.aside, wide: table.wide, none: classes.notOnPhone }[phone ?? (kind === "amount" ? "aside" : "title")];
  return [byKind, byPhone].filter(Boolean).join(" ");
}

/** One line for each currency; which one is said as soon as it is not that of the books. */
function Totals({ of, totals }: { of: "total" | "open"; totals: readonly ListTotal[] }) {
  const { base_currency } = useOrganization();
  const isPlain = totals.every(({ currency }) => currency === base_currency);
  return totals.map(({ currency, [of]: amount }) => (
    <div key={currency} className={classes.sum}>
      {!isPlain && <small>{currency} </small>}
      <Amount value={amount} />
    </div>
  ));
}
