import { TextInput } from "@mantine/core";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";

import { parseNumber, RATE } from "@/lib/amounts";
import { currencyDecimals } from "@/lib/currencies";

import classes from "./OpeningBalancesPage.module.css";

interface Props {
  name: string;
  label: string;
  value: string;
  /** A currency, or "rate". */
  decimals: string;
  placeholder?: string | undefined;
  error?: string | undefined;
  disabled: boolean;
  onChange: (value: string) => void;
}

/** An amount or rate of the grid; what cannot be read is told when the cell is left. */
export const Cell = memo(function Cell({ name, label, value, decimals, placeholder, error, disabled, onChange }: Props) {
  const { t } = useTranslation();
  const [isTyping, setTyping] = useState(false);
  const count = decimals === "rate" ? RATE.decimals : currencyDecimals(decimals);
  const parsed = value.trim() && !isTyping ? parseNumber(value, { decimals: count }) : null;
  const fault = parsed && !parsed.ok ? t(`amountError.${parsed.error === "negative" ? "negative" : parsed.error}`, { decimals: count }) : error;
  return (
    <TextInput
      size="xs"
      name={name}
      aria-label={label}
      inputMode="decimal"
      autoComplete="off"
      className={classes.input}
      value={value}
      placeholder={placeholder}
      error={fault || undefined}
      disabled={disabled}
      onChange={(event) => {
        setTyping(true);
        onChange(event.currentTarget.value);
      }}
      onBlur={() => setTyping(false)}
      onFocus={(event) => event.currentTarget.select()}
    />
  );
});
