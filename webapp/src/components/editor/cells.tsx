import { Textarea, TextInput } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";

import { type NumberKind, parseNumber, typedNumber } from "@/lib/amounts";

import classes from "./LineGrid.module.css";
import type { Cell } from "./LineGrid";
import type { Keyed } from "./lines";
import { grouped, trimmed } from "./notation";

type CellOf = Omit<Cell<Keyed>, "line" | "row" | "set" | "focus">;

interface TextProps extends CellOf {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  maxLength?: number;
}

const isPlainEnter = (event: KeyboardEvent) => event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.shiftKey;

/** Enter goes on; arrows go to the lines above and below where the text has no line there itself. */
function onKeys({ next, move }: Pick<CellOf, "next" | "move">) {
  return (event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
    if (isPlainEnter(event)) {
      event.preventDefault();
      next();
    }
    if ((event.key !== "ArrowUp" && event.key !== "ArrowDown") || event.altKey || event.currentTarget.value.includes("\n")) return;
    event.preventDefault();
    move(event.key === "ArrowUp" ? -1 : 1);
  };
}

/** A text that may have several lines: Shift+Enter begins one. */
export function TextCell({ name, label, error, className, next, move, value, onChange, placeholder, maxLength }: TextProps) {
  return (
    <Textarea
      name={name}
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={onKeys({ next, move })}
      error={error}
      variant="unstyled"
      className={className}
      maxLength={maxLength}
      autosize
      minRows={1}
      maxRows={6}
      autoComplete="off"
    />
  );
}

/** A text of one line. */
export function WordCell({ name, label, error, className, next, move, value, onChange, placeholder, maxLength }: TextProps) {
  return (
    <TextInput
      name={name}
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={onKeys({ next, move })}
      error={error}
      variant="unstyled"
      className={className}
      maxLength={maxLength}
      autoComplete="off"
    />
  );
}

interface NumberProps extends CellOf {
  /** As typed. */
  value: string;
  onChange: (typed: string) => void;
  kind: NumberKind;
  /** An amount has groups and at least so many decimals; a plain number has neither. */
  leastDecimals?: number;
  /** "%" behind it is allowed: the number is a percentage then. */
  percent?: NumberKind;
  placeholder?: string;
  onKey?: (event: KeyboardEvent) => void;
  onLeave?: () => void;
  /** What is said of a number below zero where there is none. */
  belowZero?: "below_zero" | "negative";
}

/** An exact number in the person's notation. Half a number is no error yet. */
export function NumberCell({ name, label, error, className, next, move, value, onChange, kind, leastDecimals, percent, placeholder, onKey, onLeave, belowZero = "below_zero" }: NumberProps) {
  const { t } = useTranslation();
  const [isTyping, setTyping] = useState(false);
  const isPercent = percent !== undefined && /[%٪]/.test(value);
  const text = isPercent ? value.replace(/[%٪]/, "") : value;
  const read = isPercent ? percent : kind;
  const parsed = parseNumber(text, read);
  const wrong = !isTyping && value.trim() && !parsed.ok ? t(`amountError.${parsed.error === "negative" ? belowZero : parsed.error}`, { decimals: read.decimals }) : undefined;

  const tidy = () => {
    setTyping(false);
    onLeave?.();
    if (!value.trim() || !parsed.ok) return;
    const shown = isPercent ? `${typedNumber(parsed.value)} %` : leastDecimals === undefined ? typedNumber(parsed.value) : grouped(trimmed(parsed.value, leastDecimals));
    if (shown !== value) onChange(shown);
  };

  return (
    <TextInput
      name={name}
      aria-label={label}
      inputMode={percent ? "text" : "decimal"}
      autoComplete="off"
      placeholder={placeholder}
      value={value}
      error={error ?? wrong}
      onChange={(event) => {
        setTyping(true);
        onChange(event.currentTarget.value);
      }}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={tidy}
      onKeyDown={(event) => {
        onKeys({ next, move })(event);
        onKey?.(event);
      }}
      variant="unstyled"
      className={`${className} ${classes.number}`}
    />
  );
}
