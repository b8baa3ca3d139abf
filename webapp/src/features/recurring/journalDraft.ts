/** The journal of a template while somebody edits it, and what is sent of it. */
import { nextKey } from "@/components/editor/lines";
import { emptyLine, inputOf, type Line, type Notation } from "@/components/journals/lines";
import { currencyDecimals } from "@/lib/currencies";
import { formatAmount, isZero } from "@/lib/money";
import { locale } from "@/lib/locale";

import { idOf } from "./template";

export interface JournalDraft {
  memo: string;
  reference: string;
  currency: string;
  rate: string | null;
  lines: Line[];
}

export const notationOf = (currency: string): Notation => ({ locale, decimals: currencyDecimals(currency) });

export const emptyJournal = (currency: string): JournalDraft => ({ memo: "", reference: "", currency, rate: null, lines: [emptyLine(), emptyLine()] });

type Id = string | number | null;

/** As the API answers a template: it has only what was written, and ids may have been sent as numbers. */
interface Written {
  memo?: string | null;
  reference?: string | null;
  currency?: string | null;
  rate?: string | null;
  lines: readonly {
    account: Id;
    contact_id?: Id;
    branch_id?: Id;
    project_id?: Id;
    description?: string | null;
    debit?: string | null;
    credit?: string | null;
  }[];
}

const shown = (amount: string | null | undefined) => (amount && !isZero(amount) ? formatAmount(amount, locale) : "");

export function journalDraftOf(journal: Written, base: string): JournalDraft {
  return {
    memo: journal.memo ?? "",
    reference: journal.reference ?? "",
    currency: journal.currency ?? base,
    rate: journal.rate ?? null,
    lines: journal.lines.map((line) => ({
      key: nextKey(),
      account: idOf(line.account),
      contact: idOf(line.contact_id),
      branch: idOf(line.branch_id) || null,
      project: idOf(line.project_id) || null,
      description: line.description ?? "",
      debit: shown(line.debit),
      credit: shown(line.credit),
    })),
  };
}

/** What is sent, and which line each sent one is. */
export function bodyOf({ memo, reference, currency, rate, lines }: JournalDraft) {
  const { keys, lines: sent } = inputOf(lines, notationOf(currency));
  return { keys, body: { memo: memo.trim(), reference: reference.trim(), currency, ...(rate && { rate }), lines: sent } };
}
