import { ActionIcon } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Scale, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EmptyState } from "@/components/EmptyState";
import { TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { Sheet } from "@/components/Page";
import { Pager } from "@/components/Pager";
import { Section } from "@/components/Section";
import table from "@/components/table.module.css";
import { contactNameQuery } from "@/lib/api/contacts";
import { TAX_LINES_PER_PAGE, taxLinesQuery } from "@/lib/api/taxes";
import type { TaxEntry, TaxReturn } from "@/lib/api/types";
import { shortNumber } from "@/lib/amounts";
import { formatDate } from "@/lib/locale";
import { placeOf } from "@/lib/sources";
import { urls } from "@/lib/urls";

const route = getRouteApi("/signed-in/shell/tax-returns/$returnId");

interface Props {
  about: TaxReturn;
  row: TaxReturn["rows"][number];
  side: "sales" | "purchases";
  late: boolean;
  page: number;
}

/** The entries behind one figure of a return. */
export function ReturnLines({ about, row, side, late, page }: Props) {
  const { t } = useTranslation("taxes");
  const navigate = route.useNavigate();
  const place = useRef<HTMLDivElement>(null);
  const filter = { tax_rate: row.tax_rate.id, percent: row.percent, side, ...(about.late.length > 0 && { late }), page };
  const lines = useQuery(taxLinesQuery(about.id, filter));
  const about_figure = `${row.tax_rate.id} ${row.percent} ${side} ${late}`;
  useEffect(() => {
    place.current?.scrollIntoView({ block: "nearest" });
    place.current?.focus({ preventScroll: true });
  }, [about_figure]);
  const words = { rate: row.tax_rate.name, percent: shortNumber(row.percent), side: t(`returns.lines.${side}`) };
  return (
    <div ref={place} tabIndex={-1} style={{ scrollMargin: 80 }}>
      <Section
        title={late ? t("returns.lines.late", words) : t("returns.lines.title", words)}
        actions={
          <ActionIcon aria-label={t("action.close")} onClick={() => void navigate({ search: {}, resetScroll: false })}>
            <X size={16} />
          </ActionIcon>
        }
      >
        <Sheet>
          <Loaded query={lines} lines={4}>
            {({ results, count }) => (
              <>
                {results.length ? <Lines lines={results} /> : <EmptyState icon={Scale} title={t("returns.lines.none")} />}
                <Pager
                  count={count}
                  page={page}
                  pageSize={TAX_LINES_PER_PAGE}
                  onPage={(next) => void navigate({ search: (now) => ({ ...now, page: next > 1 ? next : undefined }), resetScroll: false })}
                />
              </>
            )}
          </Loaded>
        </Sheet>
      </Section>
    </div>
  );
}

function Lines({ lines }: { lines: TaxEntry[] }) {
  const { t } = useTranslation("taxes");
  return (
    <table className={`${table.table} ${table.cards}`}>
      <thead>
        <tr>
          <th scope="col">{t("returns.lines.date")}</th>
          <th scope="col">{t("returns.lines.entry")}</th>
          <th scope="col">{t("returns.lines.contact")}</th>
          <th scope="col" className={table.amount}>
            {t("returns.lines.taxable")}
          </th>
          <th scope="col" className={table.amount}>
            {t("returns.lines.tax")}
          </th>
          <th scope="col" className={table.amount}>
            {t("returns.lines.recoverable")}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => {
          const { source_kind, source_id, source_number, number, id } = line.entry;
          const source = placeOf(source_kind, source_id ?? "") ?? { to: urls.entry, params: { entryId: id } };
          return (
            <tr key={line.id}>
              <td className={table.number}>{formatDate(line.date)}</td>
              <td className={table.aside}>
                <TextLink {...source} inherit>
                  {source_number || number}
                </TextLink>
              </td>
              <td className={table.wide}>{line.contact && <ContactName id={line.contact} />}</td>
              <td className={table.amount}>
                <Amount value={line.taxable} />
              </td>
              <td className={table.amount}>
                <Amount value={line.tax} />
              </td>
              <td className={table.amount}>
                <Amount value={line.recoverable} blankZero />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function ContactName({ id }: { id: string }) {
  return <>{useQuery(contactNameQuery(id)).data ?? "…"}</>;
}
