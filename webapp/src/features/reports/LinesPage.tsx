import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ArrowLeft, ArrowRight, FileSearch, Printer } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EmptyState } from "@/components/EmptyState";
import { TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { Page, Sheet } from "@/components/Page";
import look from "@/components/table.module.css";
import { accountsQuery, accountTypesQuery } from "@/lib/api/accounts";
import { ledgerLinesQuery } from "@/lib/api/reports";
import type { LedgerLines } from "@/lib/api/types";
import { direction } from "@/lib/i18n/languages";
import { said } from "@/lib/i18n/said";
import { formatDate, formatDates } from "@/lib/locale";
import { placeOf } from "@/lib/sources";
import { urls } from "@/lib/urls";

import classes from "./LinesPage.module.css";
import { type ReportSearch, toQuery } from "./parameters";

const route = getRouteApi("/signed-in/shell/reports/general-ledger/lines");

const PAGE_SIZE = "100";

/** The lines behind an amount: each leads to its entry and to the document it was posted from. */
export function LinesPage() {
  const { t } = useTranslation("reports");
  const search: ReportSearch = route.useSearch();
  const navigate = route.useNavigate();
  const lines = useQuery({ ...ledgerLinesQuery({ ...toQuery(search), page_size: PAGE_SIZE }), enabled: Boolean(search.account ?? search.type ?? search.revaluation_of) });
  const title = useTitle(search);
  const goTo = (cursor: string | null) => void navigate({ search: (now) => ({ ...now, cursor: cursor ?? undefined }) });
  const [Before, After] = direction === "rtl" ? [ArrowRight, ArrowLeft] : [ArrowLeft, ArrowRight];
  return (
    <Page
      wide
      title={title}
      subtitle={<Dates search={search} />}
      actions={
        <Button variant="default" leftSection={<Printer size={15} />} onClick={() => window.print()}>
          {t("print")}
        </Button>
      }
    >
      <Sheet>
        <Loaded query={lines} lines={14}>
          {(known) =>
            known.results.length ? (
              <>
                <Lines lines={known} hasOneAccount={Boolean(search.account && !search.account.includes(",") && !search.type && !search.earnings_before)} />
                {(known.previous ?? known.next) && (
                  <Group justify="space-between" p="sm" className={classes.pages}>
                    <Button variant="default" size="xs" leftSection={<Before size={14} />} disabled={!known.previous} onClick={() => goTo(known.previous)}>
                      {t("lines.earlier")}
                    </Button>
                    <Button variant="default" size="xs" rightSection={<After size={14} />} disabled={!known.next} onClick={() => goTo(known.next)}>
                      {t("lines.later")}
                    </Button>
                  </Group>
                )}
              </>
            ) : (
              <EmptyState icon={FileSearch} title={t("lines.empty")} text={t("lines.emptyText")} />
            )
          }
        </Loaded>
      </Sheet>
    </Page>
  );
}

function useTitle(search: ReportSearch): string {
  const { t } = useTranslation("reports");
  const accounts = useQuery({ ...accountsQuery, enabled: Boolean(search.account) }).data;
  const types = useQuery({ ...accountTypesQuery, enabled: Boolean(search.type) }).data;
  const ids = search.account?.split(",") ?? [];
  const names = search.type?.split(",").map((type) => said(types?.find(({ value }) => value === type)?.label ?? type)) ?? [];
  const one = accounts?.find(({ id }) => id === ids[0]);
  if (ids.length === 1 && one) return `${one.code} · ${one.name}`;
  if (names.length && names.length <= 3) return names.join(" · ");
  return ids.length > 1 ? t("lines.ofAccounts", { count: ids.length }) : t("lines.title");
}

function Dates({ search: { date_from, date_to, side } }: { search: ReportSearch }) {
  const { t } = useTranslation("reports");
  const days = date_from && date_to ? formatDates(date_from, date_to) : date_to ? t("lines.upTo", { date: formatDate(date_to) }) : "";
  const only = side === "debit" ? t("lines.onlyDebit") : side === "credit" ? t("lines.onlyCredit") : "";
  return <>{[days, only].filter(Boolean).join(" · ")}</>;
}

function Lines({ lines, hasOneAccount }: { lines: LedgerLines; hasOneAccount: boolean }) {
  const { t } = useTranslation("reports");
  const isFirst = !lines.previous;
  const isLast = !lines.next;
  const before = hasOneAccount ? 4 : 5;
  return (
    <div className={look.scroll}>
      <table className={`${look.table} ${look.cards}`} aria-label={t("lines.title")}>
        <thead>
          <tr>
            <th scope="col">{t("lines.date")}</th>
            <th scope="col">{t("lines.document")}</th>
            <th scope="col">{t("lines.entry")}</th>
            <th scope="col">{t("lines.description")}</th>
            {!hasOneAccount && <th scope="col">{t("account")}</th>}
            <th scope="col" className={look.amount}>
              {t("lines.debit")}
            </th>
            <th scope="col" className={look.amount}>
              {t("lines.credit")}
            </th>
            <th scope="col" className={look.amount}>
              {t("lines.balance")}
            </th>
          </tr>
        </thead>
        <tbody>
          {isFirst && (
            <tr>
              <td colSpan={before + 2} className={look.quiet}>
                {t("lines.opening")}
              </td>
              <td className={look.amount}>
                <Amount value={lines.opening} />
              </td>
            </tr>
          )}
          {lines.results.map(({ id, date, entry, number, source, memo, description, account, debit, credit, balance }) => {
            const place = placeOf(source.kind, source.id ?? "");
            return (
              <tr key={id}>
                <td className={look.number}>{formatDate(date)}</td>
                <td className={look.number}>
                  {place ? (
                    <TextLink {...place} inherit>
                      {source.number || t("document")}
                    </TextLink>
                  ) : (
                    source.number
                  )}
                </td>
                <td className={look.number}>
                  <TextLink to={urls.entry} params={{ entryId: entry }} inherit aria-label={t("entryNumber", { number })}>
                    {number}
                  </TextLink>
                </td>
                <td className={look.wide}>
                  {description || memo}
                  {description && memo && <span className={look.quiet}> · {memo}</span>}
                </td>
                {!hasOneAccount && (
                  <td>
                    <span className={look.quiet}>{account.code}</span> {account.name}
                  </td>
                )}
                <td className={look.amount}>
                  <Amount value={debit} blankZero />
                </td>
                <td className={look.amount}>
                  <Amount value={credit} blankZero />
                </td>
                <td className={look.amount}>
                  <Amount value={balance} />
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={before}>
              {isLast ? t("lines.closing") : t("lines.ofAll")}
              <Text size="xs" c="dimmed" fw={400}>
                {t("lines.net")} <Amount value={lines.net} />
              </Text>
            </td>
            <td className={look.amount}>
              <Amount value={lines.debit} />
            </td>
            <td className={look.amount}>
              <Amount value={lines.credit} />
            </td>
            <td className={look.amount}>
              <Amount value={lines.closing} />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
