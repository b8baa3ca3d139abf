import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { NumberCell, WordCell } from "@/components/editor/cells";
import { type Cell, type GridColumn, LineGrid } from "@/components/editor/LineGrid";
import type { Step } from "@/components/editor/lines";
import type { Errors } from "@/components/editor/useEditor";
import { AccountPicker } from "@/components/pickers/AccountPicker";
import { ContactPicker } from "@/components/pickers/ContactPicker";
import type { Account } from "@/lib/api/types";
import { absolute, isNegative, isZero } from "@/lib/money";

import classes from "./JournalLinesGrid.module.css";
import { asksForContact, balance, emptyLine, isBlank, type Line, type Notation, type Side, SIDES, type Totals, totalsOf, withSide } from "./lines";

interface Props {
  lines: Line[];
  onStep: (step: Step<Line>) => void;
  accounts: readonly Account[];
  errors: Errors;
  notation: Notation;
  beside?: ReactNode;
}

/** The lines of a journal with their totals: "=" fills in what is missing. */
export function JournalLinesGrid({ lines, onStep, accounts, errors, notation, beside }: Props) {
  const { t } = useTranslation();
  const totals = totalsOf(lines, notation);

  const fillIn = (cell: Cell<Line>, wanted: Side) => {
    const missing = balance(lines, cell.line.key, wanted, notation);
    if (!missing) return;
    cell.set(withSide(missing.side, missing.value));
    cell.focus(missing.side);
  };

  const side = (name: Side): GridColumn<Line> => ({
    id: name,
    label: t(`journals.${name}`),
    width: "148px",
    align: "end",
    fields: [
      {
        name,
        label: (line) => t(`journals.cell.${name}`, { line }),
        ends: (line) => line[name].trim() !== "",
        render: (cell) => (
          <NumberCell
            name={cell.name}
            label={cell.label}
            error={cell.error}
            className={cell.className}
            next={cell.next}
            move={cell.move}
            value={cell.line[name]}
            onChange={(value) => cell.set(withSide(name, value))}
            kind={{ decimals: notation.decimals }}
            leastDecimals={notation.decimals}
            belowZero="negative"
            onKey={(event) => {
              if (event.key !== "=") return;
              event.preventDefault();
              fillIn(cell, name);
            }}
          />
        ),
        paste: (value) => (value ? withSide(name, value) : {}),
      },
    ],
  });

  const columns: GridColumn<Line>[] = [
    {
      id: "account",
      label: t("journals.account"),
      width: "32%",
      wide: true,
      fields: [
        {
          name: "account",
          label: (line) => t("journals.cell.account", { line }),
          render: ({ line, name, label, error, className, next, set }) => (
            <AccountPicker accounts={accounts} value={line.account} onChange={(account) => set({ account })} onEnter={next} label={label} error={error} name={name} variant="unstyled" className={className} />
          ),
          paste: (text) => {
            const account = accounts.find(({ code, name }) => code === text || name.toLowerCase() === text.toLowerCase());
            return account ? { account: account.id } : {};
          },
        },
        {
          name: "contact",
          label: (line) => t("journals.cell.contact", { line }),
          applies: (line) => asksForContact(line, accounts),
          render: ({ line, name, label, error, className, next, set }) => (
            <ContactPicker value={line.contact} onChange={(contact) => set({ contact })} onEnter={next} label={label} placeholder={t("contactPicker.placeholder.any")} error={error} name={name} variant="unstyled" className={className} creates />
          ),
        },
      ],
    },
    {
      id: "description",
      label: t("journals.description"),
      wide: true,
      fields: [
        {
          name: "description",
          label: (line) => t("journals.cell.description", { line }),
          render: (cell) => (
            <WordCell
              name={cell.name}
              label={cell.label}
              error={cell.error}
              className={cell.className}
              next={cell.next}
              move={cell.move}
              value={cell.line.description}
              onChange={(description) => cell.set({ description })}
              placeholder={t("journals.descriptionHint")}
            />
          ),
          paste: (description) => (description ? { description } : {}),
        },
      ],
    },
    side("debit"),
    side("credit"),
  ];

  return (
    <LineGrid
      label={t("journals.lines")}
      lines={lines}
      onStep={onStep}
      columns={columns}
      errors={errors}
      empty={emptyLine}
      isBlank={isBlank}
      beside={beside}
      foot={
        <>
          <tr className={classes.totals}>
            <td colSpan={3} className={classes.label}>
              {t("journals.total")}
            </td>
            {SIDES.map((name) => (
              <td key={name} className={classes.amount} data-label={t(`journals.${name}`)} data-testid={`total-${name}`}>
                <Amount value={totals[name]} />
              </td>
            ))}
            <td className={classes.end} />
          </tr>
          <Difference totals={totals} error={errors["total"]} />
        </>
      }
    />
  );
}

interface DifferenceProps {
  totals: Totals;
  /** Said beside the difference after an attempt to publish. */
  error: string | undefined;
}

/** Stands on the side that lacks it, so that the eye finds where to add. */
function Difference({ totals: { difference, balanced, incomplete, debit }, error }: DifferenceProps) {
  const { t } = useTranslation();
  const isEmpty = balanced && isZero(debit);
  const state = incomplete ? "incomplete" : isEmpty ? "empty" : balanced ? "balanced" : "open";
  const lacking: Side = isNegative(difference) ? "debit" : "credit";
  return (
    <tr className={classes.difference} data-state={state} data-error={Boolean(error) || undefined} data-testid="difference">
      <td colSpan={3} className={classes.label}>
        <span role={error ? "alert" : "status"}>{error ?? t(`journals.totalState.${state}`)}</span>
      </td>
      {SIDES.map((name) => (
        <td key={name} className={classes.amount} data-testid={`difference-${name}`}>
          {!balanced && name === lacking && <Amount value={absolute(difference)} />}
        </td>
      ))}
      <td className={classes.end} />
    </tr>
  );
}
