import { ActionIcon, Alert, Button, Group, Loader, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { EllipsisVertical, FileUp, Pencil, Plus, RefreshCw, Trash2, TrendingUp } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { ChoiceInput } from "@/components/ChoiceInput";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { DateInput } from "@/components/DateInput";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { loadLater } from "@/components/loadLater";
import { Sheet } from "@/components/Page";
import { Pager } from "@/components/Pager";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Section } from "@/components/Section";
import table from "@/components/table.module.css";
import { deleteRate, fetchRates, RATES_PER_PAGE, ratesChanged, ratesQuery } from "@/lib/api/currencies";
import { jobQuery } from "@/lib/api/jobs";
import type { Currency, ExchangeRate } from "@/lib/api/types";
import { shortNumber } from "@/lib/amounts";
import { formatDate } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";

const RateDialog = loadLater(() => import("./RateDialog").then((module) => module.RateDialog));
const ImportRatesDialog = loadLater(() => import("./ImportRatesDialog").then((module) => module.ImportRatesDialog));

const route = getRouteApi("/signed-in/shell/settings/currencies");

type Open = { kind: "new" | "import" } | { kind: "edit" | "delete"; rate: ExchangeRate } | null;

/** The table of exchange rates. */
export function Rates({ currencies }: { currencies: Currency[] }) {
  const { t } = useTranslation("books");
  const may = useAbilities();
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const { page = 1, ...filter } = route.useSearch();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const rates = useQuery(ratesQuery({ ...filter, page }));
  const fetching = useMutation({ mutationFn: fetchRates });
  const foreign = currencies.filter(({ is_base }) => !is_base);
  const narrow = (change: Partial<typeof filter>) => void navigate({ search: { ...filter, ...change }, replace: true, resetScroll: false });
  return (
    <Section
      title={t("currencies.rates")}
      text={t("currencies.ratesText")}
      actions={
        may("exchange_rates.create") && (
          <>
            <Button variant="default" leftSection={<RefreshCw size={15} />} loading={fetching.isPending} onClick={() => fetching.mutate()}>
              {t("currencies.fetch")}
            </Button>
            <Button variant="default" leftSection={<FileUp size={15} />} onClick={() => setOpen({ kind: "import" })}>
              {t("currencies.import")}
            </Button>
            <Button variant="default" leftSection={<Plus size={15} />} disabled={!foreign.length} onClick={() => setOpen({ kind: "new" })}>
              {t("currencies.newRate")}
            </Button>
          </>
        )
      }
    >
      <ProblemAlert error={fetching.error} />
      {fetching.data && <FetchProgress key={fetching.data.job} job={fetching.data.job} />}
      <Group gap="xs">
        <ChoiceInput
          aria-label={t("currencies.currency")}
          placeholder={t("currencies.allCurrencies")}
          clearable
          w={200}
          data={foreign.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }))}
          value={filter.currency ?? null}
          onChange={(value) => narrow({ currency: value ?? undefined })}
        />
        <DateInput aria-label={t("currencies.from")} value={filter.date_from ?? ""} onChange={(event) => narrow({ date_from: event.currentTarget.value || undefined })} />
        <DateInput aria-label={t("currencies.to")} value={filter.date_to ?? ""} onChange={(event) => narrow({ date_to: event.currentTarget.value || undefined })} />
      </Group>
      <Sheet>
        <Loaded query={rates} lines={6}>
          {({ results, count }) => (
            <>
              {results.length ? <Table rates={results} onOpen={setOpen} /> : <EmptyState icon={TrendingUp} title={t("currencies.noRates")} text={t("currencies.noRatesText")} />}
              <Pager count={count} page={page} pageSize={RATES_PER_PAGE} onPage={(next) => void navigate({ search: { ...filter, page: next }, resetScroll: false })} />
            </>
          )}
        </Loaded>
      </Sheet>
      {open?.kind === "new" && <RateDialog currencies={foreign} onClose={close} />}
      {open?.kind === "edit" && <RateDialog currencies={foreign} rate={open.rate} onClose={close} />}
      {open?.kind === "import" && <ImportRatesDialog onClose={close} />}
      {open?.kind === "delete" && (
        <ConfirmDialog
          opened
          onClose={close}
          title={t("currencies.deleteRateTitle")}
          text={t("currencies.deleteRateText", { currency: open.rate.currency, date: formatDate(open.rate.date) })}
          confirmLabel={t("action.delete")}
          onConfirm={async () => {
            await deleteRate(open.rate.id);
            notifications.show({ color: "ledger", message: t("currencies.rateDeleted") });
            await ratesChanged(client);
          }}
        />
      )}
    </Section>
  );
}

function Table({ rates, onOpen }: { rates: ExchangeRate[]; onOpen: (open: Open) => void }) {
  const { t } = useTranslation("books");
  const may = useAbilities();
  return (
    <table className={table.table} aria-label={t("currencies.rates")}>
      <thead>
        <tr>
          <th scope="col">{t("currencies.date")}</th>
          <th scope="col">{t("currencies.currency")}</th>
          <th scope="col">{t("currencies.source")}</th>
          <th scope="col" className={table.amount}>
            {t("currencies.rate")}
          </th>
          <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
        </tr>
      </thead>
      <tbody>
        {rates.map((rate) => {
          const words = { currency: rate.currency, date: formatDate(rate.date) };
          return (
            <tr key={rate.id}>
              <td className={table.number}>{words.date}</td>
              <td>{rate.currency}</td>
              <td className={table.quiet}>{t(`currencies.sourceOf.${rate.source}`)}</td>
              <td className={table.amount}>
                <bdi>{shortNumber(rate.rate)}</bdi>
              </td>
              <td className={table.action}>
                {(may("exchange_rates.edit") || may("exchange_rates.delete")) && (
                  <Menu position="bottom-end">
                    <Menu.Target>
                      <ActionIcon aria-label={t("accounts.actionsFor", { name: t("currencies.editRateTitle", words) })}>
                        <EllipsisVertical size={16} />
                      </ActionIcon>
                    </Menu.Target>
                    <Menu.Dropdown>
                      {may("exchange_rates.edit") && (
                        <Menu.Item leftSection={<Pencil size={15} />} onClick={() => onOpen({ kind: "edit", rate })}>
                          {t("action.edit")}
                        </Menu.Item>
                      )}
                      {may("exchange_rates.delete") && (
                        <Menu.Item color="red" leftSection={<Trash2 size={15} />} onClick={() => onOpen({ kind: "delete", rate })}>
                          {t("action.delete")}
                        </Menu.Item>
                      )}
                    </Menu.Dropdown>
                  </Menu>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The job that asks the provider, until it has ended. */
function FetchProgress({ job }: { job: string }) {
  const { t } = useTranslation("books");
  const client = useQueryClient();
  const found = useQuery(jobQuery(job)).data;
  const hasEnded = found?.state === "succeeded";
  useEffect(() => {
    if (hasEnded) void ratesChanged(client);
  }, [hasEnded, client]);
  if (found?.state === "failed") {
    return (
      <Alert color="red" role="alert" title={t("currencies.fetchFailed")}>
        {found.problem?.detail}
      </Alert>
    );
  }
  return (
    <Group gap="xs" role="status">
      {!hasEnded && <Loader size="xs" />}
      {hasEnded ? t("currencies.fetched") : t("currencies.fetching")}
    </Group>
  );
}
