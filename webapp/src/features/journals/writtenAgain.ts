import type { ManualJournal, ManualJournalInput } from "@/lib/api/types";
import { isZero } from "@/lib/money";

/** What writes a draft again that was deleted: the same content under a new id. */
export function writtenAgain({ date, memo, reference, currency, rate, reverse_on, lines }: ManualJournal): ManualJournalInput {
  return {
    date,
    memo,
    reference,
    currency,
    reverse_on,
    ...(Number(rate) !== 1 && { rate }),
    lines: lines.map(({ account, description, debit, credit, contact_id, branch_id, project_id }) => ({
      account: account.id,
      description,
      contact_id,
      branch_id,
      project_id,
      ...(!isZero(debit) && { debit }),
      ...(!isZero(credit) && { credit }),
    })),
  };
}
