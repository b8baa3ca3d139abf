import { Button, Menu, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ChevronsDownUp, ChevronsUpDown, Download, FileSearch, Printer, UserSearch } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { Page, Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import look from "@/components/table.module.css";
import { pagedReportQuery, type ReportAnswer, type ReportFile, reportQuery, reportsQuery, saveReport } from "@/lib/api/reports";
import type { ReportDescription } from "@/lib/api/types";
import { said } from "@/lib/i18n/said";
import { formatDate, formatDates, formatInstant } from "@/lib/locale";

import { PagedReport } from "./PagedReport";
import { type ReportSearch, toQuery } from "./parameters";
import { ReportBar } from "./ReportBar";
import { ReportChart } from "./ReportChart";
import { ReportTable } from "./ReportTable";
import { groupsOf, isWhole, tableOf, type WholeAnswer } from "./table";

const route = getRouteApi("/signed-in/shell/reports/$report");

/** Those that are about somebody: nothing is asked before it is known about whom. */
const ABOUT_SOMEBODY = ["customer-statement", "vendor-statement"];

/** Those that come page by page. */
const PAGED = ["journal", "tax-detail"];

/** Any report of the server: what is asked stands in the address. */
export function ReportPage() {
  const { report: name } = route.useParams();
  return <OneReport key={name} name={name} />;
}

function OneReport({ name }: { name: string }) {
  const { t } = useTranslation("reports");
  const search: ReportSearch = route.useSearch();
  const navigate = route.useNavigate();
  const query = toQuery(search);
  const needsContact = ABOUT_SOMEBODY.includes(name) && !search.contact;
  const isPaged = PAGED.includes(name);
  const answer = useQuery({ ...reportQuery(name, query), enabled: !needsContact && !isPaged });
  const pages = useInfiniteQuery({ ...pagedReportQuery(name, query), enabled: isPaged });
  const description = useQuery(reportsQuery).data?.find((report) => report.name === name);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const head: ReportAnswer | undefined = isPaged ? pages.data?.pages[0] : answer.data;
  const onSearch = (change: ReportSearch) => void navigate({ search: (now) => withoutNothing({ ...now, ...change }), replace: true });
  return (
    <Page
      wide
      title={said(description?.title ?? head?.title ?? sentenceOf(name))}
      subtitle={head && !needsContact && <Subtitle head={head} report={description} />}
      actions={
        <>
          {head && isWhole(head) && <Fold answer={head} closed={closed} onClosed={setClosed} />}
          <Export name={name} search={search} />
          <Button variant="default" leftSection={<Printer size={15} />} onClick={() => window.print()}>
            {t("print")}
          </Button>
        </>
      }
    >
      {description && <ReportBar key={name} report={description} search={search} days={head && { first: head.date_from, last: head.date }} onSearch={onSearch} />}
      {needsContact ? (
        <Sheet>
          <EmptyState icon={UserSearch} title={t("chooseContact")} text={t("chooseContactText")} />
        </Sheet>
      ) : isPaged ? (
        <PagedReport name={name} pages={pages} />
      ) : (
        <Loaded query={answer} lines={14}>
          {(known) => isWhole(known) && <Whole name={name} answer={known} search={search} closed={closed} onClosed={setClosed} isStale={answer.isPlaceholderData} />}
        </Loaded>
      )}
    </Page>
  );
}

/** Until the server has said what it is called: "trial-balance" -> "Trial balance". */
const sentenceOf = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");

const withoutNothing = (search: ReportSearch): Record<string, string | undefined> => Object.fromEntries(Object.entries(search).filter(([, value]) => value));

interface WholeProps {
  name: string;
  answer: WholeAnswer;
  search: ReportSearch;
  closed: ReadonlySet<string>;
  onClosed: (next: ReadonlySet<string>) => void;
  isStale: boolean;
}

function Whole({ name, answer, search, closed, onClosed, isStale }: WholeProps) {
  const { t } = useTranslation("reports");
  const table = tableOf(answer, t);
  const title = said(answer.title);
  return (
    <>
      <ReportChart name={name} answer={answer} table={table} />
      <Sheet>
        <div aria-busy={isStale || undefined}>
          {table.rows.some(({ kind }) => kind !== "total") || answer.name === "profit-and-loss" ? (
            <ReportTable name={name} title={title} table={table} presentation={search.presentation ?? ""} closed={closed} onClosed={onClosed} />
          ) : (
            <EmptyState icon={FileSearch} title={t("empty")} text={t("emptyText")} />
          )}
        </div>
      </Sheet>
    </>
  );
}

/** Of whom, of when, in what: what is also written over the report on paper. */
function Subtitle({ head, report }: { head: ReportAnswer; report: ReportDescription | undefined }) {
  const { t } = useTranslation("reports");
  const isAtADate = report ? report.at_a_date && (report.name !== "trial-balance" || !head.date_from) : !head.date_from;
  const parts: ReactNode[] = [
    isAtADate || !head.date_from ? t("at", { date: formatDate(head.date) }) : formatDates(head.date_from, head.date),
    head.presentation === "thousands" ? t("inThousands", { currency: head.currency }) : head.currency,
    head.basis === "cash" && t("basis.cash"),
    head.as_known_at && t("asKnownAt", { at: formatInstant(head.as_known_at) }),
  ];
  return (
    <>
      <Text component="div" className={look.printed}>
        {head.organization}
      </Text>
      {parts.filter(Boolean).map((part, index) => (
        <span key={index}>
          {index > 0 && " · "}
          {part}
        </span>
      ))}
    </>
  );
}

/** Close every group, or open all. */
function Fold({ answer, closed, onClosed }: Pick<WholeProps, "answer" | "closed" | "onClosed">) {
  const { t } = useTranslation("reports");
  const { rows } = tableOf(answer, t);
  const keys = [...groupsOf(rows).keys()].flatMap((at) => rows[at]?.key ?? []);
  if (!keys.length) return null;
  const Icon = closed.size ? ChevronsUpDown : ChevronsDownUp;
  return (
    <Button variant="default" leftSection={<Icon size={15} />} onClick={() => onClosed(new Set(closed.size ? [] : keys))}>
      {closed.size ? t("expandAll") : t("collapseAll")}
    </Button>
  );
}

const FILES: readonly ReportFile[] = ["pdf", "xlsx", "csv"];

function Export({ name, search }: { name: string; search: ReportSearch }) {
  const { t } = useTranslation("reports");
  const [failure, setFailure] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const save = async (format: ReportFile) => {
    setFailure(null);
    setBusy(true);
    try {
      await saveReport(name, toQuery(search), format);
    } catch (problem) {
      setFailure(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <ProblemAlert error={failure} />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<Download size={15} />} loading={isBusy}>
            {t("export")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {FILES.map((format) => (
            <Menu.Item key={format} onClick={() => void save(format)}>
              {t(`file.${format}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
