import { Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { NumberCell, TextCell } from "@/components/editor/cells";
import { type Cell, type GridColumn, LineGrid } from "@/components/editor/LineGrid";
import type { Step } from "@/components/editor/lines";
import type { Errors } from "@/components/editor/useEditor";
import { AccountPicker } from "@/components/pickers/AccountPicker";
import { ContactPicker } from "@/components/pickers/ContactPicker";
import { accountsQuery } from "@/lib/api/accounts";
import { contactSearchQuery } from "@/lib/api/contacts";
import { currencyDecimals } from "@/lib/currencies";

import { balancing, emptyLine, isBlank, type JournalLine, sumsOf } from "./draft";

interface Props {
  lines: readonly JournalLine[];
  currency: string;
  onStep: (step: Step<JournalLine>) => void;
  errors: Errors;
}

/** The lines of a journal: an account and an amount on one side each; "=" fills in what balances. */
export function JournalGrid({ lines, currency, onStep, errors }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const accounts = useQuery(accountsQuery).data ?? [];
  const kind = { decimals: currencyDecimals(currency) };
  const sums = sumsOf(lines, currency);
  const base = ({ name, label, error, className, next, move }: Cell<JournalLine>) => ({ name, label, error, className, next, move });

  const amount = (side: "debit" | "credit"): GridColumn<JournalLine> => ({
    id: side,
    label: t(`journals.${side}`),
    width: "130px",
    align: "end",
    fields: [
      {
        name: side,
        label: (line) => t(`journals.cell.${side}`, { line }),
        ends: (line) => side === "credit" || line.debit.trim() !== "",
        render: (cell) => (
          <NumberCell
            {...base(cell)}
            value={cell.line[side]}
            kind={kind}
            leastDecimals={kind.decimals}
            onChange={(typed) => cell.set(typed.trim() ? { [side]: typed, [side === "debit" ? "credit" : "debit"]: "" } : { [side]: typed })}
            onKey={(event) => {
              if (event.key !== "=") return;
              event.preventDefault();
              cell.set(balancing(lines, cell.line, currency));
            }}
          />
        ),
        paste: (text) => ({ [side]: text }),
      },
    ],
  });

  const columns: GridColumn<JournalLine>[] = [
    {
      id: "account",
      label: t("journals.account"),
      width: "26%",
      wide: true,
      fields: [
        {
          name: "account",
          label: (line) => t("journals.cell.account", { line }),
          render: ({ line, name, label, error, className, next, set }) => (
            <AccountPicker accounts={accounts} value={line.account} onChange={(account) => set({ account })} onEnter={next} label={label} error={error} name={name} variant="unstyled" className={className} />
          ),
          paste: (text) => {
            const found = accounts.find(({ code, name }) => code === text || name.toLowerCase() === text.toLowerCase());
            return found ? { account: found.id } : {};
          },
        },
      ],
    },
    {
      id: "contact",
      label: t("journals.contact"),
      width: "18%",
      wide: true,
      fields: [
        {
          name: "contact",
          label: (line) => t("journals.cell.contact", { line }),
          render: ({ line, name, label, error, className, next, set }) => (
            <ContactPicker value={line.contact} onChange={(contact) => set({ contact })} onEnter={next} label={label} error={error} name={name} variant="unstyled" className={className} />
          ),
          paste: async (text) => {
            const found = text ? await client.query(contactSearchQuery(text)) : [];
            const contact = found.find(({ name }) => name.toLowerCase() === text.toLowerCase());
            return contact ? { contact: contact.id } : {};
          },
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
          render: (cell) => <TextCell {...base(cell)} value={cell.line.description} onChange={(description) => cell.set({ description })} maxLength={500} />,
          paste: (text) => ({ description: text }),
        },
      ],
    },
    amount("debit"),
    amount("credit"),
  ];

  return (
    <>
      <LineGrid label={t("journals.lines")} lines={lines} onStep={onStep} columns={columns} errors={errors} empty={emptyLine} isBlank={isBlank} />
      <Text size="sm" role="status" ta="end">
        {t("journals.debit")} <Amount value={sums.debit} /> · {t("journals.credit")} <Amount value={sums.credit} /> ·{" "}
        {sums.isBalanced ? t("journals.totalState.balanced") : t("journals.totalState.open")} {!sums.isBalanced && <Amount value={sums.difference} />}
      </Text>
      {errors["lines"] && (
        <Text size="sm" c="red" role="alert" ta="end">
          {errors["lines"]}
        </Text>
      )}
    </>
  );
}
