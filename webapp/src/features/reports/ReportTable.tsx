import { Link } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import { type CSSProperties, type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import look from "@/components/table.module.css";
import { formatDate, locale } from "@/lib/locale";
import { absolute, formatAmount, isNegative } from "@/lib/money";
import { useDecimals } from "@/lib/organization";

import classes from "./ReportTable.module.css";
import { type CellKind, groupsOf, presented, type ReportTable as Model, type TableCell, type TableColumn, type TableRow, visibleRows } from "./table";

interface Props {
  name: string;
  title: string;
  table: Model;
  presentation: string;
  closed: ReadonlySet<string>;
  onClosed: (next: ReadonlySet<string>) => void;
}

/** A report's rows; groups open and close, and every amount leads to what is behind it. */
export function ReportTable({ name, title, table: { columns, rows }, presentation, closed, onClosed }: Props) {
  const groups = useMemo(() => groupsOf(rows), [rows]);
  const shown = visibleRows(rows, groups, closed);
  const isList = columns.filter(({ kind }) => kind !== "amount" && kind !== "percent").length > 1;
  const toggle = (key: string) => {
    const next = new Set(closed);
    if (!next.delete(key)) next.add(key);
    onClosed(next);
  };
  return (
    <div className={classes.scroll} role="region" aria-label={title} tabIndex={0}>
      <table className={`${look.table} ${classes.table} ${isList ? classes.lists : ""} ${groups.size ? classes.grouped : ""}`} aria-label={title} data-report={name}>
        <Head columns={columns} />
        <tbody>
          {shown.map(({ row, isGroup, isClosed }) => (
            <Row key={row.key} row={row} columns={columns} presentation={presentation} toggle={isGroup ? { isClosed, onToggle: () => toggle(row.key) } : undefined} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const isFigure = (kind: CellKind) => kind === "amount" || kind === "number" || kind === "percent";

function Head({ columns }: { columns: readonly TableColumn[] }) {
  const groups: { name: string; span: number; key: string }[] = [];
  for (const { group, key } of columns) {
    const last = groups[groups.length - 1];
    if (last && last.name === group) last.span += 1;
    else groups.push({ name: group, span: 1, key });
  }
  return (
    <thead>
      {groups.some(({ name }) => name) && (
        <tr>
          {groups.map(({ name, span, key }) =>
            name ? (
              <th key={key} scope="colgroup" colSpan={span} className={classes.group}>
                {name}
              </th>
            ) : (
              <td key={key} colSpan={span} className={classes.title} />
            ),
          )}
        </tr>
      )}
      <tr>
        {columns.map(({ key, label, about, kind }) => (
          <th key={key} scope="col" className={kind === "title" ? classes.title : isFigure(kind) ? classes.figure : undefined}>
            {label}
            {about && <span className={classes.about}>{about}</span>}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowProps {
  row: TableRow;
  columns: readonly TableColumn[];
  presentation: string;
  toggle: { isClosed: boolean; onToggle: () => void } | undefined;
}

function Row({ row, columns, presentation, toggle }: RowProps) {
  const { t } = useTranslation("reports");
  return (
    <tr data-kind={row.kind} data-row={row.key}>
      {columns.map(({ key, kind, label }, index) => {
        const cell = row.cells[index] ?? { value: null };
        if (kind !== "title") {
          return (
            <td key={key} className={isFigure(kind) ? classes.figure : kind === "date" ? classes.plain : undefined} data-label={label}>
              <Value cell={cell} kind={kind} presentation={presentation} />
            </td>
          );
        }
        const name = cell.value ?? "";
        return (
          <th key={key} scope="row" className={classes.title} style={{ "--level": row.level } as CSSProperties}>
            <span className={classes.line}>
              {toggle && (
                <button type="button" className={classes.toggle} aria-expanded={!toggle.isClosed} aria-label={t("rowsOf", { name })} onClick={toggle.onToggle}>
                  <ChevronDown size={14} aria-hidden />
                </button>
              )}
              <Linked cell={cell}>
                <bdi>{name}</bdi>
              </Linked>
            </span>
          </th>
        );
      })}
    </tr>
  );
}

function Linked({ cell, children }: { cell: TableCell; children: ReactNode }) {
  if (!cell.place) return <>{children}</>;
  return (
    <Link {...cell.place} className={classes.drill}>
      {children}
    </Link>
  );
}

function Value({ cell, kind, presentation }: { cell: TableCell; kind: CellKind; presentation: string }) {
  const { t } = useTranslation("reports");
  const decimals = useDecimals();
  if (cell.value === null) return null;
  switch (kind) {
    case "amount":
      return (
        <Linked cell={cell}>
          <Amount value={presented(cell.value, presentation, decimals)} />
        </Linked>
      );
    case "number":
      return <Amount value={cell.value} />;
    case "percent":
      return <bdi>{t("percent", { value: (isNegative(cell.value) ? "-" : "") + formatAmount(absolute(cell.value), locale) })}</bdi>;
    case "date":
      return formatDate(cell.value);
    default:
      return <Linked cell={cell}>{cell.value}</Linked>;
  }
}
