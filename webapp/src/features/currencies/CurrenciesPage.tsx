import { Button, Group, Switch, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Loaded } from "@/components/Loaded";
import { loadLater } from "@/components/loadLater";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { Page, Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { currenciesQuery, ratesChanged, removeCurrency } from "@/lib/api/currencies";
import { changeOrganization, organizationsQuery } from "@/lib/api/organizations";
import type { Currency } from "@/lib/api/types";
import { shortNumber } from "@/lib/amounts";
import { said } from "@/lib/i18n/said";
import { formatDate } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";

import { Rates } from "./Rates";

const AddCurrencyDialog = loadLater(() => import("./AddCurrencyDialog").then((module) => module.AddCurrencyDialog));

export function CurrenciesPage() {
  const { t } = useTranslation("books");
  const may = useAbilities();
  return may("currencies.view") ? <KnownPage /> : <NotAllowedPage title={t("currencies.title")} />;
}

function KnownPage() {
  const { t } = useTranslation("books");
  const may = useAbilities();
  const { base_currency } = useOrganization();
  const currencies = useQuery(currenciesQuery);
  const [isAdding, setAdding] = useState(false);
  return (
    <Page
      title={t("currencies.title")}
      subtitle={t("currencies.subtitle", { base: base_currency })}
      actions={
        may("currencies.manage") && (
          <Button leftSection={<Plus size={16} />} onClick={() => setAdding(true)}>
            {t("currencies.add")}
          </Button>
        )
      }
    >
      <Sheet>
        <Loaded query={currencies} lines={3}>
          {(known) => <Currencies currencies={known} />}
        </Loaded>
      </Sheet>
      <DailyFetch />
      {may("exchange_rates.view") && <Rates currencies={currencies.data ?? []} />}
      {isAdding && <AddCurrencyDialog known={(currencies.data ?? []).map(({ code }) => code)} onClose={() => setAdding(false)} />}
    </Page>
  );
}

function Currencies({ currencies }: { currencies: Currency[] }) {
  const { t } = useTranslation("books");
  const may = useAbilities();
  const client = useQueryClient();
  const [removing, setRemoving] = useState<string | null>(null);
  return (
    <>
      <table className={`${table.table} ${table.cards}`} aria-label={t("currencies.title")}>
        <thead>
          <tr>
            <th scope="col">{t("currencies.currency")}</th>
            <th scope="col" className={table.amount}>
              {t("currencies.latest")}
            </th>
            <th scope="col">{t("currencies.of")}</th>
            <th scope="col">{t("currencies.source")}</th>
            <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
          </tr>
        </thead>
        <tbody>
          {currencies.map(({ code, name, is_base, latest }) => (
            <tr key={code}>
              <td>
                <Text size="sm" fw={500} span>
                  {code}
                </Text>{" "}
                <span className={table.quiet}>{said(name)}</span>
              </td>
              <td className={table.amount}>{!is_base && latest && <bdi>{shortNumber(latest.rate)}</bdi>}</td>
              <td className={table.wide}>
                {is_base ? (
                  <StatusBadge tone="good">{t("currencies.base")}</StatusBadge>
                ) : latest ? (
                  <Group gap={8}>
                    {formatDate(latest.date)}
                    {latest.is_stale && <StatusBadge tone="waiting">{t("currencies.stale", { count: latest.age })}</StatusBadge>}
                  </Group>
                ) : (
                  <StatusBadge tone="waiting">{t("currencies.noRate")}</StatusBadge>
                )}
              </td>
              <td className={table.quiet}>{!is_base && latest && t(`currencies.sourceOf.${latest.source as "manual"}`)}</td>
              <td className={table.action}>
                {!is_base && may("currencies.manage") && (
                  <Button variant="subtle" color="red" size="compact-sm" onClick={() => setRemoving(code)} aria-label={t("currencies.removeOf", { code })}>
                    {t("currencies.remove")}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {removing && (
        <ConfirmDialog
          opened
          onClose={() => setRemoving(null)}
          title={t("currencies.removeTitle", { code: removing })}
          text={t("currencies.removeText")}
          confirmLabel={t("currencies.remove")}
          onConfirm={async () => {
            await removeCurrency(removing);
            notifications.show({ color: "ledger", message: t("currencies.removed", { code: removing }) });
            await ratesChanged(client);
          }}
        />
      )}
    </>
  );
}

/** Whether the organization's rates are asked of the provider every day. */
function DailyFetch() {
  const { t } = useTranslation("books");
  const may = useAbilities();
  const client = useQueryClient();
  const { id, fetches_exchange_rates } = useOrganization();
  const change = useMutation({
    mutationFn: (wanted: boolean) => changeOrganization(id, { fetches_exchange_rates: wanted }),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      notifications.show({ color: "ledger", message: saved.fetches_exchange_rates ? t("currencies.dailyOn") : t("currencies.dailyOff") });
    },
  });
  if (!may("organization.edit")) return null;
  return (
    <>
      <Switch
        label={t("currencies.daily")}
        description={t("currencies.dailyHint")}
        checked={change.isPending ? change.variables : fetches_exchange_rates}
        disabled={change.isPending}
        onChange={(event) => change.mutate(event.currentTarget.checked)}
      />
      <ProblemAlert error={change.error} />
    </>
  );
}
