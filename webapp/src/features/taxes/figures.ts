/** The figures of a tax return as columns: which side of the tax ledger each is made of, and which may be left out. */
import type { TaxFigures } from "@/lib/api/types";
import { isZero } from "@/lib/money";

type FigureName = Exclude<keyof TaxFigures, "owed">;

export interface FigureColumn {
  name: FigureName;
  label: "salesTaxable" | "salesTax" | "purchasesTaxable" | "purchasesTax" | "recoverable" | "selfAssessed" | "withheldByCustomers" | "withheldFromVendors";
  side: "sales" | "purchases";
  /** Shown only where there is such an amount. */
  rare?: true;
}

const COLUMNS: readonly FigureColumn[] = [
  { name: "sales_taxable", label: "salesTaxable", side: "sales" },
  { name: "sales_tax", label: "salesTax", side: "sales" },
  { name: "withheld_by_customers", label: "withheldByCustomers", side: "sales", rare: true },
  { name: "purchases_taxable", label: "purchasesTaxable", side: "purchases" },
  { name: "purchases_tax", label: "purchasesTax", side: "purchases" },
  { name: "self_assessed", label: "selfAssessed", side: "purchases", rare: true },
  { name: "recoverable", label: "recoverable", side: "purchases" },
  { name: "withheld_from_vendors", label: "withheldFromVendors", side: "purchases", rare: true },
];

export function columnsOf(figures: readonly TaxFigures[]): FigureColumn[] {
  return COLUMNS.filter(({ name, rare }) => !rare || figures.some((row) => !isZero(row[name])));
}
