import { Button, Group, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Percent, Plus, Search } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { loadLater } from "@/components/loadLater";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { Page, Sheet } from "@/components/Page";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { taxRatesQuery } from "@/lib/api/taxes";
import type { TaxRate } from "@/lib/api/types";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { Percentage } from "./Percentage";

const TaxRateDialog = loadLater(() => import("./TaxRateDialog").then((module) => module.TaxRateDialog));

export function TaxRatesPage() {
  const { t } = useTranslation("taxes");
  const may = useAbilities();
  return may("tax_rates.view") ? <Rates /> : <NotAllowedPage title={t("rates.title")} />;
}

function Rates() {
  const { t } = useTranslation("taxes");
  const may = useAbilities();
  const navigate = useNavigate();
  const rates = useQuery(taxRatesQuery);
  const [typed, setTyped] = useState("");
  const [withInactive, setWithInactive] = useState(false);
  const [isCreating, setCreating] = useState(false);
  const create = may("tax_rates.create") && (
    <Button leftSection={<Plus size={16} />} onClick={() => setCreating(true)}>
      {t("rates.new")}
    </Button>
  );
  const matches = ({ code, name, is_active }: TaxRate) => (withInactive || is_active) && `${code} ${name}`.toLowerCase().includes(typed.trim().toLowerCase());
  return (
    <Page title={t("rates.title")} subtitle={t("rates.subtitle")} actions={create}>
      <Group justify="space-between">
        <TextInput
          aria-label={t("rates.search")}
          placeholder={t("rates.search")}
          leftSection={<Search size={15} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Switch label={t("rates.showInactive")} checked={withInactive} onChange={(event) => setWithInactive(event.currentTarget.checked)} />
      </Group>
      <Sheet>
        <Loaded query={rates}>
          {(all) => {
            const shown = all.filter(matches);
            if (shown.length) return <Table rates={shown} />;
            return <EmptyState icon={Percent} title={all.length ? t("rates.nothing") : t("rates.empty")} {...(!all.length && { text: t("rates.emptyText") })} action={!all.length && create} />;
          }}
        </Loaded>
      </Sheet>
      {isCreating && (
        <TaxRateDialog
          onClose={() => setCreating(false)}
          onDone={(rate) => void navigate({ to: urls.taxRate, params: { rateId: rate.id } })}
        />
      )}
    </Page>
  );
}

function Table({ rates }: { rates: TaxRate[] }) {
  const { t } = useTranslation("taxes");
  return (
    <table className={`${table.table} ${table.cards}`} aria-label={t("rates.title")}>
      <thead>
        <tr>
          <th scope="col">{t("rates.name")}</th>
          <th scope="col" className={table.amount}>
            {t("rates.today")}
          </th>
          <th scope="col">{t("rates.kind")}</th>
          <th scope="col">{t("rates.usedFor")}</th>
          <th scope="col">{t("rates.state")}</th>
        </tr>
      </thead>
      <tbody>
        {rates.map((rate) => (
          <tr key={rate.id} className={table.row}>
            <td>
              <Link to={urls.taxRate} params={{ rateId: rate.id }} className={table.rowLink}>
                {rate.name}
              </Link>{" "}
              <span className={table.quiet}>{rate.code}</span>
            </td>
            <td className={table.amount}>{rate.percent !== null && <Percentage value={rate.percent} />}</td>
            <td className={table.quiet}>{t(`taxKind.${rate.kind}`)}</td>
            <td className={table.aside}>{t(sidesOf(rate))}</td>
            <td>
              {rate.is_active ? <StatusBadge tone="good">{t("rates.active")}</StatusBadge> : <StatusBadge tone="neutral">{t("rates.inactive")}</StatusBadge>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function sidesOf({ is_for_sales, is_for_purchases }: TaxRate) {
  if (is_for_sales && is_for_purchases) return "rates.forBoth";
  return is_for_sales ? "rates.forSales" : "rates.forPurchases";
}
