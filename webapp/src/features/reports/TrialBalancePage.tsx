import { Button, Group, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Printer, Scale } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { DateInput } from "@/components/DateInput";
import { EmptyState } from "@/components/EmptyState";
import { TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { Page, Sheet } from "@/components/Page";
import table from "@/components/table.module.css";
import { trialBalanceQuery } from "@/lib/api/reports";
import type { TrialBalance } from "@/lib/api/types";
import { formatDate, isDate, today } from "@/lib/locale";
import { useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

const route = getRouteApi("/signed-in/shell/reports/trial-balance");

/** While a year is typed, the field goes through 0002, 0020, 0202: none of them is meant. */
const isWholeDate = (value: string) => isDate(value) && value >= "1900";

export function TrialBalancePage() {
  const { t } = useTranslation();
  const { name, timezone, base_currency } = useOrganization();
  const navigate = route.useNavigate();
  const { date = today(timezone), date_from, zero_rows } = route.useSearch();
  const report = useQuery(trialBalanceQuery({ date, date_from, zero_rows }));
  const currency = report.data?.currency ?? base_currency;
  return (
    <Page
      title={t("navigation.trialBalance")}
      subtitle={
        <>
          <Text component="div" className={table.printed}>
            {name}
          </Text>
          {date_from
            ? t("trialBalance.subtitleFrom", { from: formatDate(date_from), date: formatDate(date), currency })
            : t("trialBalance.subtitle", { date: formatDate(date), currency })}
        </>
      }
      actions={
        <Group gap="md">
          <Switch
            label={t("trialBalance.zeroRows")}
            checked={zero_rows ?? false}
            onChange={({ currentTarget: { checked } }) => void navigate({ search: (now) => ({ ...now, zero_rows: checked || undefined }), replace: true })}
          />
          <DateInput
            aria-label={t("trialBalance.from")}
            title={t("trialBalance.from")}
            defaultValue={date_from}
            onChange={({ currentTarget: { value } }) => (!value || isWholeDate(value)) && void navigate({ search: (now) => ({ ...now, date_from: value || undefined }), replace: true })}
          />
          <DateInput
            aria-label={t("trialBalance.date")}
            defaultValue={date}
            onChange={({ currentTarget: { value } }) => isWholeDate(value) && void navigate({ search: (now) => ({ ...now, date: value }), replace: true })}
          />
          <Button variant="default" leftSection={<Printer size={15} />} onClick={() => window.print()}>
            {t("trialBalance.print")}
          </Button>
        </Group>
      }
    >
      <Sheet>
        <Loaded query={report} lines={12}>
          {(known) =>
            known.rows.length ? <Rows report={known} /> : <EmptyState icon={Scale} title={t("trialBalance.empty")} text={t("trialBalance.emptyText")} />
          }
        </Loaded>
      </Sheet>
    </Page>
  );
}

function Rows({ report }: { report: TrialBalance }) {
  const { t } = useTranslation();
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t("journals.account")}</th>
            <th scope="col" className={table.amount}>
              {t("journals.debit")}
            </th>
            <th scope="col" className={table.amount}>
              {t("journals.credit")}
            </th>
          </tr>
        </thead>
        <tbody>
          {report.rows.map(({ account, debit, credit }) => (
            <tr key={account.id} data-account={account.code}>
              <td>
                <TextLink to={urls.account} params={{ accountId: account.id }} c="inherit" inherit>
                  <span className={table.quiet}>{account.code}</span> {account.name}
                </TextLink>
              </td>
              <td className={table.amount}>
                <Amount value={debit} blankZero />
              </td>
              <td className={table.amount}>
                <Amount value={credit} blankZero />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{t("journals.total")}</td>
            <td className={table.amount}>
              <Amount value={report.totals.debit} />
            </td>
            <td className={table.amount}>
              <Amount value={report.totals.credit} />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
