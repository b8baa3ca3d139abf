import { useTranslation } from "react-i18next";

import { Chart, type Series } from "@/components/charts/Chart";
import { RankedBars } from "@/components/charts/RankedBars";
import { Sheet } from "@/components/Page";
import type { Listing, Report } from "@/lib/api/types";
import { said } from "@/lib/i18n/said";

import type { ReportTable, WholeAnswer } from "./table";

/** Which rows of a statement people would rather look at, by their keys. */
const DRAWN: Record<string, readonly { row: string; tone: Series["tone"]; form?: Series["form"] }[]> = {
  "profit-and-loss": [
    { row: "income_total", tone: "main" },
    { row: "expenses_total", tone: "second" },
    { row: "net_income", tone: "third", form: "line" },
  ],
  "balance-sheet": [
    { row: "assets", tone: "main" },
    { row: "liabilities", tone: "second" },
    { row: "equity", tone: "third", form: "line" },
  ],
  "cash-flow": [
    { row: "operating", tone: "main" },
    { row: "net_change", tone: "second" },
    { row: "closing_cash", tone: "third", form: "line" },
  ],
};

const AGINGS = ["receivable-aging", "payable-aging"];
const SHARES = ["sales-by-item", "sales-by-customer", "sales-by-salesperson", "purchases-by-item", "purchases-by-vendor"];
const MOST_BARS = 10;

interface Props {
  name: string;
  answer: WholeAnswer;
  table: ReportTable;
}

/** The same as the table below in one look, where there is something to see. */
export function ReportChart({ name, answer, table }: Props) {
  const { t } = useTranslation("reports");
  const title = t("chartOf", { report: said(answer.title) });
  if (SHARES.includes(name)) return <Shares title={title} answer={answer as Listing} />;
  const isAging = AGINGS.includes(name);
  const drawn = isAging ? ages(answer as Listing, table) : name in DRAWN ? overTime(name, answer as Report, table) : null;
  if (!drawn || drawn.labels.length < 2 || !drawn.series.length) return null;
  return (
    <Sheet padded>
      <Chart title={title} over={isAging ? t("chart.age") : t("chart.period")} {...drawn} />
    </Sheet>
  );
}

/** The largest of them; the server sends them in this order. */
function Shares({ title, answer }: { title: string; answer: Listing }) {
  const { t } = useTranslation("reports");
  const of = answer.columns.find(({ kind }) => kind === "text")?.key ?? "";
  const amount = answer.columns.find(({ kind }) => kind === "amount")?.key ?? "";
  const rows = answer.rows.filter(({ kind }) => kind === "line");
  if (rows.length < 3) return null;
  return (
    <Sheet padded>
      <RankedBars title={title} heads={[t("chart.what"), t("amount")]} bars={rows.slice(0, MOST_BARS).map(({ cells }) => ({ name: cells[of] ?? "", amount: cells[amount] ?? "0" }))} />
    </Sheet>
  );
}

interface Drawn {
  labels: string[];
  series: Series[];
}

/** The columns that are stretches of time or days: no totals, comparisons and percentages. */
function overTime(name: string, report: Report, table: ReportTable): Drawn {
  const places = report.columns.flatMap(({ key, kind, branch }, index) => (kind === "amount" && /^\d{4}-\d\d-\d\d$/.test(key) && branch === null ? [index] : []));
  const series = (DRAWN[name] ?? []).flatMap(({ row: wanted, ...look }) => {
    const row = report.rows.find(({ key }) => key === wanted);
    return row ? [{ ...look, name: table.rows.find(({ key }) => key === wanted)?.cells[0]?.value ?? "", values: places.map((index) => row.cells[index]?.amount ?? "0") }] : [];
  });
  return { labels: places.map((index) => table.columns[index + 1]?.label ?? ""), series };
}

/** What is open by age, credits taken off where they are: the last row. */
function ages(report: Listing, table: ReportTable): Drawn {
  const total = report.rows[report.rows.length - 1];
  const columns = report.columns.flatMap(({ key, kind }, index) => (kind === "amount" && (key === "current" || key.startsWith("age_")) ? [{ key, label: table.columns[index]?.label ?? "" }] : []));
  if (!total || report.rows.length < 2) return { labels: [], series: [] };
  return { labels: columns.map(({ label }) => label), series: [{ name: said(report.title), tone: "main", values: columns.map(({ key }) => total.cells[key] ?? "0") }] };
}
