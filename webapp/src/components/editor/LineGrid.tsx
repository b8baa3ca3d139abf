import { ActionIcon, Button } from "@mantine/core";
import { Plus, X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, memo, type ReactNode, type SyntheticEvent, useEffect, useRef } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";

import classes from "./LineGrid.module.css";
import { cellsOf, isTable, type Keyed, type Step } from "./lines";

/** What a cell gets; a cell is one input whose name is `name`. */
export interface Cell<Line extends Keyed> {
  line: Line;
  row: number;
  name: string;
  label: string;
  error: string | undefined;
  className: string;
  set: (patch: Partial<Line>) => void;
  /** To the next cell; after the last one to the next line. */
  next: () => void;
  /** Up or down in the same column. */
  move: (by: 1 | -1) => void;
  focus: (field: string) => void;
}

export interface GridField<Line extends Keyed> {
  /** In the names of inputs and of errors. */
  name: string;
  /** "Price, line 3". */
  label: (line: number) => string;
  render: (cell: Cell<Line>) => ReactNode;
  /** Shown in this line only if. */
  applies?: (line: Line) => boolean;
  /** After Enter here, the line is done. */
  ends?: (line: Line) => boolean;
  /** What a pasted text makes of the line; without it the column is left out of pasting. */
  paste?: (text: string) => Partial<Line> | Promise<Partial<Line>>;
}

export interface GridColumn<Line extends Keyed> {
  id: string;
  label: string;
  /** Any CSS width; what has none shares the rest. */
  width?: string;
  align?: "end";
  /** On a phone: the whole width of the card. */
  wide?: boolean;
  fields: readonly GridField<Line>[];
}

interface Props<Line extends Keyed> {
  label: string;
  lines: readonly Line[];
  onStep: (step: Step<Line>) => void;
  columns: readonly GridColumn<Line>[];
  /** By `key.field`. */
  errors: Readonly<Record<string, string | undefined>>;
  empty: () => Line;
  isBlank: (line: Line) => boolean;
  /** What each line comes to, in a last column. */
  figures?: { label: string; of: readonly string[]; render: (figure: string) => ReactNode };
  /** Rows below the lines. */
  foot?: ReactNode;
  /** Beside "Add line". */
  beside?: ReactNode;
  mayAdd?: boolean;
}

type Actions<Line extends Keyed> = {
  set: (key: number, patch: Partial<Line>) => void;
  next: (row: number, field: string) => void;
  focus: (row: number, field: string) => void;
  remove: (row: number, field?: string) => void;
  move: (row: number, field: string, by: 1 | -1) => void;
  paste: (row: number, field: string, text: string) => void;
};

/**
 * Lines as a sheet to be filled by keyboard: Enter goes on and adds lines, arrows go up and down, Ctrl+Backspace takes
 * the line away, Alt and an arrow move it, and rows of a spreadsheet can be pasted.
 */
export function LineGrid<Line extends Keyed>({ label, lines, onStep, columns, errors, empty, isBlank, figures, foot, beside, mayAdd = true }: Props<Line>) {
  const { t } = useTranslation();
  const grid = useRef<HTMLTableElement>(null);
  const fields = columns.flatMap((column) => column.fields);
  const first = fields[0]?.name ?? "";

  const cell = (row: number, field: string) => grid.current?.querySelector<HTMLElement>(`[name="lines.${row}.${field}"]`);
  const focus = (row: number, field: string) => cell(row, field)?.focus();
  const add = () => {
    flushSync(() => onStep({ do: "add", lines: [empty()] }));
    focus(lines.length, first);
  };

  const actions: Actions<Line> = {
    // At once, because Enter goes on to fields that come and go with what was chosen.
    set: (key, patch) => flushSync(() => onStep({ do: "set", key, patch })),
    focus,
    next: (row, name) => {
      const line = lines[row];
      const field = fields.find((one) => one.name === name);
      const rest = fields.slice(fields.findIndex((one) => one.name === name) + 1);
      const following = line && !field?.ends?.(line) ? rest.find((one) => cell(row, one.name)) : undefined;
      if (following) focus(row, following.name);
      else if (row < lines.length - 1) focus(row + 1, first);
      else if (line && !isBlank(line) && mayAdd) add();
    },
    remove: (row, field = first) => {
      const line = lines[row];
      if (!line || !mayAdd) return;
      flushSync(() => onStep({ do: "remove", key: line.key }));
      focus(Math.min(row, Math.max(lines.length - 2, 0)), field);
    },
    move: (row, field, by) => {
      const line = lines[row];
      if (!line) return;
      flushSync(() => onStep({ do: "move", key: line.key, by }));
      focus(Math.min(Math.max(row + by, 0), lines.length - 1), field);
    },
    paste: (row, field, text) => {
      void pasted(lines.slice(row), fields, field, text, empty).then(onStep);
    },
  };
  // Rows are drawn anew only when they change: what they call is looked up when it is called.
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });

  return (
    <div className={classes.frame}>
      <table className={classes.grid} ref={grid} aria-label={label}>
        <thead>
          <tr>
            <th scope="col" className={classes.index}>
              {t("grid.line")}
            </th>
            {columns.map((column) => (
              <th key={column.id} scope="col" data-align={column.align} style={column.width ? { width: column.width } : undefined}>
                {column.label}
              </th>
            ))}
            {figures && (
              <th scope="col" data-align="end" className={classes.figure}>
                {figures.label}
              </th>
            )}
            <th className={classes.remove} aria-label={t("accounts.actions")} />
          </tr>
        </thead>
        <tbody>
          {lines.map((line, row) => (
            <Row key={line.key} line={line} row={row} columns={columns} errors={errors} figure={figures?.of[row]} renderFigure={figures?.render} figureLabel={figures?.label} actions={latest} mayRemove={mayAdd} />
          ))}
        </tbody>
        <tfoot>
          <tr className={classes.adding}>
            <td colSpan={columns.length + (figures ? 3 : 2)}>
              <div className={classes.beside}>
                {mayAdd && (
                  <Button variant="subtle" size="compact-sm" leftSection={<Plus size={14} />} onClick={add}>
                    {t("grid.addLine")}
                  </Button>
                )}
                {beside}
              </div>
            </td>
          </tr>
          {foot}
        </tfoot>
      </table>
    </div>
  );
}

interface RowProps<Line extends Keyed> {
  line: Line;
  row: number;
  columns: readonly GridColumn<Line>[];
  errors: Readonly<Record<string, string | undefined>>;
  figure: string | undefined;
  figureLabel: string | undefined;
  renderFigure: ((figure: string) => ReactNode) | undefined;
  actions: { current: Actions<Line> };
  mayRemove: boolean;
}

function PlainRow<Line extends Keyed>({ line, row, columns, errors, figure, figureLabel, renderFigure, actions, mayRemove }: RowProps<Line>) {
  const { t } = useTranslation();
  /** A dialog that a field opened is in the cell for React only. */
  const isInside = ({ currentTarget, target }: SyntheticEvent) => currentTarget.contains(target as Node);
  const onKeyDown = (field: string) => (event: KeyboardEvent) => {
    if (!isInside(event)) return;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && (event.key === "Backspace" || event.key === "Delete")) {
      event.preventDefault();
      actions.current.remove(row, field);
    }
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      event.stopPropagation();
      actions.current.move(row, field, event.key === "ArrowUp" ? -1 : 1);
    }
  };
  const onPaste = (field: string) => (event: ClipboardEvent) => {
    if (!isInside(event)) return;
    const text = event.clipboardData.getData("text/plain");
    if (!isTable(text, event.target instanceof HTMLTextAreaElement)) return;
    event.preventDefault();
    actions.current.paste(row, field, text);
  };
  return (
    <tr className={classes.line}>
      <td className={classes.index}>{row + 1}</td>
      {columns.map((column) => (
        <td key={column.id} data-align={column.align} data-wide={column.wide || undefined} data-label={column.label}>
          {column.fields
            .filter(({ applies }) => !applies || applies(line))
            .map((field) => (
              <div key={field.name} onKeyDownCapture={onKeyDown(field.name)} onPaste={field.paste && onPaste(field.name)}>
                {field.render({
                  line,
                  row,
                  name: `lines.${row}.${field.name}`,
                  label: field.label(row + 1),
                  error: errors[`${line.key}.${field.name}`],
                  className: classes.cell ?? "",
                  set: (patch) => actions.current.set(line.key, patch),
                  next: () => actions.current.next(row, field.name),
                  move: (by) => actions.current.focus(row + by, field.name),
                  focus: (name) => actions.current.focus(row, name),
                })}
              </div>
            ))}
        </td>
      ))}
      {figure !== undefined && (
        <td data-align="end" data-label={figureLabel} className={classes.figure}>
          {renderFigure?.(figure)}
        </td>
      )}
      <td className={classes.remove}>
        {mayRemove && (
          <ActionIcon size="sm" tabIndex={-1} aria-label={t("grid.removeLine", { line: row + 1 })} onClick={() => actions.current.remove(row)}>
            <X size={14} />
          </ActionIcon>
        )}
      </td>
    </tr>
  );
}

const Row = memo(PlainRow) as typeof PlainRow;

/** Pasted cells, from a field to the right and from a line downwards; lines are added as needed. */
async function pasted<Line extends Keyed>(lines: readonly Line[], fields: readonly GridField<Line>[], from: string, text: string, empty: () => Line): Promise<Step<Line>> {
  const taking = fields.slice(fields.findIndex(({ name }) => name === from)).filter(({ paste }) => paste);
  const rows = cellsOf(text);
  const more = Array.from({ length: Math.max(rows.length - lines.length, 0) }, empty);
  const targets = [...lines, ...more];
  const made = await Promise.all(rows.map((cells) => Promise.all(cells.slice(0, taking.length).map(async (each, place) => taking[place]?.paste?.(each) ?? {}))));
  const patches = new Map<number, Partial<Line>>();
  made.forEach((parts, row) => {
    const target = targets[row];
    if (target) patches.set(target.key, Object.assign({}, ...parts) as Partial<Line>);
  });
  return { do: "patch", patches, more };
}
