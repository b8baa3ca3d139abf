import { Button, Group, Text } from "@mantine/core";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { FileSearch } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EmptyState } from "@/components/EmptyState";
import { TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { Sheet } from "@/components/Page";
import look from "@/components/table.module.css";
import type { Journal, TaxDetail } from "@/lib/api/types";
import { formatDate } from "@/lib/locale";
import { placeOf } from "@/lib/sources";
import { urls } from "@/lib/urls";

import classes from "./PagedReport.module.css";

type Pages = UseInfiniteQueryResult<InfiniteData<Journal | TaxDetail>>;

/** A report that may be long: the journal and the entries of taxes come page by page, one below the other. */
export function PagedReport({ name, pages }: { name: string; pages: Pages }) {
  const { t } = useTranslation("reports");
  return (
    <Sheet>
      <Loaded query={pages} lines={14}>
        {(known) => {
          const all = known.pages;
          if (!all[0]?.results.length) return <EmptyState icon={FileSearch} title={t("empty")} text={t("emptyText")} />;
          return (
            <>
              {name === "journal" ? (
                <Entries entries={all.flatMap((page) => (page as Journal).results)} />
              ) : (
                <Taxes entries={all.flatMap((page) => (page as TaxDetail).results)} />
              )}
              {pages.hasNextPage && (
                <Group justify="center" p="sm">
                  <Button variant="default" onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>
                    {t("showMore")}
                  </Button>
                </Group>
              )}
            </>
          );
        }}
      </Loaded>
    </Sheet>
  );
}

function Entries({ entries }: { entries: Journal["results"] }) {
  const { t } = useTranslation("reports");
  return (
    <div className={look.scroll}>
      <table className={look.table} aria-label={t("entries")}>
        <thead>
          <tr>
            <th scope="col">{t("account")}</th>
            <th scope="col">{t("lines.description")}</th>
            <th scope="col" className={look.amount}>
              {t("lines.debit")}
            </th>
            <th scope="col" className={look.amount}>
              {t("lines.credit")}
            </th>
          </tr>
        </thead>
        {entries.map((entry) => {
          const { source } = entry;
          const place = placeOf(source.kind, source.id ?? "");
          return (
            <tbody key={entry.id} data-entry={entry.number}>
              <tr className={classes.head}>
                <th scope="rowgroup" colSpan={4}>
                  <TextLink to={urls.entry} params={{ entryId: entry.id }} inherit underline="always">
                    {t("entryNumber", { number: entry.number })}
                  </TextLink>
                  <span className={classes.date}>{formatDate(entry.date)}</span>
                  {place && source.number && (
                    <TextLink {...place} inherit underline="always">
                      {source.number}
                    </TextLink>
                  )}
                  {entry.memo && <span className={look.quiet}>{entry.memo}</span>}
                </th>
              </tr>
              {entry.lines.map((line, index) => (
                <tr key={index}>
                  <td>
                    <TextLink to={urls.account} params={{ accountId: line.account.id }} c="inherit" inherit>
                      <span className={look.quiet}>{line.account.code}</span> {line.account.name}
                    </TextLink>
                  </td>
                  <td>{line.description}</td>
                  <td className={look.amount}>
                    <Amount value={line.debit} blankZero />
                  </td>
                  <td className={look.amount}>
                    <Amount value={line.credit} blankZero />
                  </td>
                </tr>
              ))}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}

function Taxes({ entries }: { entries: TaxDetail["results"] }) {
  const { t } = useTranslation("reports");
  return (
    <div className={look.scroll}>
      <table className={`${look.table} ${look.cards}`} aria-label={t("entries")}>
        <thead>
          <tr>
            <th scope="col">{t("lines.date")}</th>
            <th scope="col">{t("lines.document")}</th>
            <th scope="col">{t("lines.entry")}</th>
            <th scope="col">{t("tax.rate")}</th>
            <th scope="col" className={look.amount}>
              {t("tax.taxable")}
            </th>
            <th scope="col" className={look.amount}>
              {t("tax.tax")}
            </th>
            <th scope="col" className={look.amount}>
              {t("tax.recoverable")}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map(({ id, date, entry, tax_rate, percent, side, taxable, tax, recoverable }) => {
            const place = placeOf(entry.source_kind, entry.source_id ?? "");
            return (
              <tr key={id}>
                <td className={look.number}>{formatDate(date)}</td>
                <td className={look.number}>
                  {place ? (
                    <TextLink {...place} inherit>
                      {entry.source_number || t("document")}
                    </TextLink>
                  ) : (
                    entry.source_number
                  )}
                </td>
                <td className={look.number}>
                  <TextLink to={urls.entry} params={{ entryId: entry.id }} inherit>
                    {entry.number}
                  </TextLink>
                </td>
                <td>
                  {tax_rate.code} <span className={look.quiet}>{t("percent", { value: percent })}</span>
                  <Text size="xs" c="dimmed">
                    {t(`tax.side.${side}`)}
                  </Text>
                </td>
                <td className={look.amount}>
                  <Amount value={taxable} />
                </td>
                <td className={look.amount}>
                  <Amount value={tax} />
                </td>
                <td className={look.amount}>
                  <Amount value={recoverable} blankZero />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
