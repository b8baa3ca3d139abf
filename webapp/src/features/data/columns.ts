/** Which heading of a table holds what: guessed from usual words, and then for the person to say. */

export const COLUMNS = ["date", "entry", "account", "debit", "credit", "amount", "memo", "reference", "description", "currency", "base_amount"] as const;
export type ColumnName = (typeof COLUMNS)[number];

/** Words that programs write over these columns. */
const USUAL: Record<ColumnName, readonly string[]> = {
  date: ["date", "posting date", "transaction date", "datum"],
  entry: ["entry", "entry no", "entry number", "journal no", "journal", "transaction", "trans no", "voucher"],
  account: ["account", "account code", "account no", "account number", "gl account", "konto"],
  debit: ["debit", "dr", "debit amount", "soll"],
  credit: ["credit", "cr", "credit amount", "haben"],
  amount: ["amount", "net amount", "betrag"],
  memo: ["memo", "narration", "notes"],
  reference: ["reference", "ref", "document", "document no"],
  description: ["description", "text", "details", "line description"],
  currency: ["currency", "currency code"],
  base_amount: ["base_amount", "base amount", "amount in base", "local amount"],
};

/** The first row of a table, cut as the server cuts it: at whichever of , ; and tab it has most of. */
export function headingsOf(content: string): string[] {
  const line = content.replace(/^\ufeff/, "").split(/\r?\n/, 1)[0] ?? "";
  const count = (mark: string) => line.split(mark).length;
  const mark = [",", ";", "\t"].reduce((best, each) => (count(each) > count(best) ? each : best));
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (const sign of line) {
    if (sign === '"') isQuoted = !isQuoted;
    else if (sign === mark && !isQuoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += sign;
  }
  return [...cells, cell.trim()].filter(Boolean);
}

export type Mapping = Partial<Record<ColumnName, string>>;

export function guess(headings: readonly string[]): Mapping {
  const found: Mapping = {};
  for (const name of COLUMNS) {
    const heading = USUAL[name].map((word) => headings.find((one) => one.toLowerCase() === word)).find(Boolean);
    if (heading) found[name] = heading;
  }
  if (found.debit && found.credit) delete found.amount; // a row says its amount once
  return found;
}

/**
 * What is told of the mapping: the headings that differ from our own names. A heading that is called like one of ours
 * but was not chosen for it must not count, so a name that nothing has stands there.
 */
export function told(mapping: Mapping, headings: readonly string[]): Record<string, string> {
  const NOTHING = "\u2013";
  const taken = new Set(headings.map((heading) => heading.toLowerCase()));
  return Object.fromEntries(
    COLUMNS.flatMap((name) => {
      const chosen = mapping[name];
      if (chosen) return chosen.toLowerCase() === name ? [] : [[name, chosen]];
      return taken.has(name) ? [[name, NOTHING]] : [];
    }),
  );
}
