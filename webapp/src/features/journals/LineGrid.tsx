import { ActionIcon, Button, TextInput } from "@mantine/core";
import { Plus, X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";

import { AccountPicker } from "@/components/AccountPicker";
import { Amount } from "@/components/Amount";
import { ContactPicker } from "@/components/ContactPicker";
import type { Account } from "@/lib/api/types";
import { absolute, formatAmount, isNegative, isZero, parseAmount } from "@/lib/money";

import classes from "./LineGrid.module.css";
import { asksForContact, balance, type CellErrors, type Change, type Field, isBlank, type Line, type Notation, type Side, SIDES, type Totals, totalsOf } from "./lines";

interface Props {
  lines: Line[];
  onChange: (step: Change) => void;
  accounts: readonly Account[];
  errors: CellErrors;
  notation: Notation;
  /** Shown beside the difference after an attempt to publish. */
  totalError?: string | undefined;
}

const ORDER: readonly Field[] = ["account", "contact", "description", "debit", "credit"];

/**
 * The lines as a sheet to be filled by keyboard: Enter goes on and adds lines, arrows go up and down in the amounts,
 * "=" fills in what is missing, Ctrl+Backspace takes the line away.
 */
export function LineGrid({ lines, onChange, accounts, errors, notation, totalError }: Props) {
  const { t } = useTranslation();
  const grid = useRef<HTMLTableElement>(null);
  const totals = totalsOf(lines, notation);

  const cell = (row: number, field: Field) => grid.current?.querySelector<HTMLInputElement>(`input[name="lines.${row}.${field}"]`);
  const focus = (row: number, field: Field) => cell(row, field)?.focus();

  const add = () => {
    flushSync(() => onChange({ do: "add" }));
    focus(lines.length, "account");
  };
  const remove = (row: number, field: Field) => {
    const line = lines[row];
    if (!line) return;
    flushSync(() => onChange({ do: "remove", key: line.key }));
    focus(Math.min(row, Math.max(lines.length - 2, 0)), field);
  };
  const goOn = (row: number, field: Field) => {
    const line = lines[row];
    const isLineDone = field === "credit" || (field === "debit" && line?.debit.trim());
    if (field === "account") return focus(row, cell(row, "contact") ? "contact" : "description");
    if (!isLineDone) return focus(row, ORDER[ORDER.indexOf(field) + 1] ?? "account");
    if (row < lines.length - 1) focus(row + 1, "account");
    else if (line && !isBlank(line)) add();
  };
  const fillIn = (row: number, line: Line, wanted: Side) => {
    const missing = balance(lines, line.key, wanted, notation);
    if (!missing) return;
    flushSync(() => onChange({ do: "set", key: line.key, field: missing.side, value: missing.value }));
    focus(row, missing.side);
  };
  const onKeyDown = (row: number, field: Field) => (event: KeyboardEvent<HTMLElement>) => {
    if ((event.ctrlKey || event.metaKey) && (event.key === "Backspace" || event.key === "Delete")) {
      event.preventDefault();
      remove(row, field);
    }
  };

  return (
    <div className={classes.frame}>
      <table className={classes.grid} ref={grid}>
        <thead>
          <tr>
            <th scope="col" className={classes.index}>
              {t("journals.lineNumber")}
            </th>
            <th scope="col" className={classes.account}>
              {t("journals.account")}
            </th>
            <th scope="col">{t("journals.description")}</th>
            <th scope="col" className={classes.amount}>
              {t("journals.debit")}
            </th>
            <th scope="col" className={classes.amount}>
              {t("journals.credit")}
            </th>
            <th className={classes.remove} aria-label={t("accounts.actions")} />
          </tr>
        </thead>
        <tbody>
          {lines.map((line, row) => (
            <tr key={line.key} className={classes.line}>
              <td className={classes.index}>{row + 1}</td>
              <td className={classes.account} onKeyDown={onKeyDown(row, "account")}>
                <AccountPicker
                  accounts={accounts}
                  value={line.account}
                  // At once, because Enter goes on to the contact's field, which comes and goes with the account.
                  onChange={(value) => flushSync(() => onChange({ do: "set", key: line.key, field: "account", value }))}
                  onEnter={() => goOn(row, "account")}
                  label={t("journals.cell.account", { line: row + 1 })}
                  error={errors[`${line.key}.account`]}
                  name={`lines.${row}.account`}
                  variant="unstyled"
                  className={classes.cell}
                />
                {asksForContact(line, accounts) && (
                  <ContactPicker
                    value={line.contact}
                    onChange={(value) => onChange({ do: "set", key: line.key, field: "contact", value })}
                    onEnter={() => goOn(row, "contact")}
                    label={t("journals.cell.contact", { line: row + 1 })}
                    error={errors[`${line.key}.contact`]}
                    name={`lines.${row}.contact`}
                    variant="unstyled"
                    className={`${classes.cell} ${classes.contactCell}`}
                  />
                )}
              </td>
              <td className={classes.description} onKeyDown={onKeyDown(row, "description")}>
                <TextInput
                  name={`lines.${row}.description`}
                  aria-label={t("journals.cell.description", { line: row + 1 })}
                  placeholder={t("journals.descriptionHint")}
                  value={line.description}
                  onChange={({ currentTarget: { value } }) => onChange({ do: "set", key: line.key, field: "description", value })}
                  onKeyDown={(event) => onEnter(event, () => goOn(row, "description"))}
                  error={errors[`${line.key}.description`]}
                  variant="unstyled"
                  className={classes.cell}
                  autoComplete="off"
                />
              </td>
              {SIDES.map((side) => (
                <td key={side} className={classes.amount} data-label={t(`journals.${side}`)} onKeyDown={onKeyDown(row, side)}>
                  <AmountCell
                    name={`lines.${row}.${side}`}
                    label={t(`journals.cell.${side}`, { line: row + 1 })}
                    value={line[side]}
                    notation={notation}
                    error={errors[`${line.key}.${side}`]}
                    onChange={(value) => onChange({ do: "set", key: line.key, field: side, value })}
                    onEnter={() => goOn(row, side)}
                    onArrow={(step) => focus(row + step, side)}
                    onBalance={() => fillIn(row, line, side)}
                  />
                </td>
              ))}
              <td className={classes.remove}>
                <ActionIcon size="sm" tabIndex={-1} aria-label={t("journals.removeLine", { line: row + 1 })} onClick={() => remove(row, "account")}>
                  <X size={14} />
                </ActionIcon>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className={classes.totals}>
            <td colSpan={3} className={classes.totalLabel}>
              <div className={classes.spread}>
                <Button variant="subtle" size="compact-sm" leftSection={<Plus size={14} />} onClick={add}>
                  {t("journals.addLine")}
                </Button>
                <span>{t("journals.total")}</span>
              </div>
            </td>
            {SIDES.map((side) => (
              <td key={side} className={classes.amount} data-label={t(`journals.${side}`)} data-testid={`total-${side}`}>
                <Amount value={totals[side]} />
              </td>
            ))}
            <td className={classes.remove} />
          </tr>
          <Difference totals={totals} error={totalError} />
        </tfoot>
      </table>
    </div>
  );
}

function onEnter(event: KeyboardEvent, go: () => void): void {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  go();
}

interface DifferenceProps {
  totals: Totals;
  error?: string | undefined;
}

/** Stands on the side that lacks it, so that the eye finds where to add. */
function Difference({ totals: { difference, balanced, incomplete, debit }, error }: DifferenceProps) {
  const { t } = useTranslation();
  const isEmpty = balanced && isZero(debit);
  const state = incomplete ? "incomplete" : isEmpty ? "empty" : balanced ? "balanced" : "open";
  const lacking: Side = isNegative(difference) ? "debit" : "credit";
  return (
    <tr className={classes.difference} data-state={state} data-error={Boolean(error) || undefined} data-testid="difference">
      <td colSpan={3} className={classes.totalLabel}>
        <span role={error ? "alert" : "status"} className={classes.differenceText}>
          {error ?? t(`journals.totalState.${state}`)}
        </span>
      </td>
      {SIDES.map((side) => (
        <td key={side} className={classes.amount} data-testid={`difference-${side}`}>
          {!balanced && side === lacking && <Amount value={absolute(difference)} />}
        </td>
      ))}
      <td className={classes.remove} />
    </tr>
  );
}

interface AmountCellProps {
  name: string;
  label: string;
  value: string;
  notation: Notation;
  error?: string | undefined;
  onChange: (value: string) => void;
  onEnter: () => void;
  onArrow: (step: 1 | -1) => void;
  /** Fills in what balances the journal. */
  onBalance: () => void;
}

function AmountCell({ name, label, value, notation, error, onChange, onEnter: goOn, onArrow, onBalance }: AmountCellProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    onEnter(event, goOn);
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      onArrow(event.key === "ArrowUp" ? -1 : 1);
    }
    if (event.key === "=") {
      event.preventDefault();
      onBalance();
    }
  };
  const { t } = useTranslation();
  const [isTyping, setTyping] = useState(false); // half an amount is no error yet
  const parsed = parseAmount(value, notation.locale, notation.decimals);
  const wrong = !isTyping && value.trim() && !parsed.ok ? t(`amountError.${parsed.error}`, { decimals: notation.decimals }) : undefined;
  const tidy = () => {
    setTyping(false);
    if (value.trim() && parsed.ok) onChange(formatAmount(parsed.value, notation.locale));
  };
  return (
    <TextInput
      name={name}
      aria-label={label}
      inputMode="decimal"
      autoComplete="off"
      value={value}
      error={error ?? wrong}
      onChange={(event) => {
        setTyping(true);
        onChange(event.currentTarget.value);
      }}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={tidy}
      onKeyDown={onKeyDown}
      variant="unstyled"
      className={`${classes.cell} ${classes.amountCell}`}
    />
  );
}
