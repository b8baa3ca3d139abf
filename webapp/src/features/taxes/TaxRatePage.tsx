import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { CirclePause, CirclePlay, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Fact, Facts } from "@/components/Facts";
import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { TextLink } from "@/components/links";
import { LoadedPage } from "@/components/LoadedPage";
import { loadLater } from "@/components/loadLater";
import { Page, Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Section } from "@/components/Section";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { TextInput } from "@mantine/core";
import { useProblemForm } from "@/components/useProblemForm";
import { changeTaxRate, deleteTaxRate, removeTaxPercentage, setTaxPercentage, taxRateQuery, taxRatesChanged } from "@/lib/api/taxes";
import type { TaxRate } from "@/lib/api/types";
import { numberField, PERCENT, readNumber, shortNumber } from "@/lib/amounts";
import { formatDate, today } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";
import { atLeast, z } from "@/lib/shapes";
import { urls } from "@/lib/urls";

import { Percentage } from "./Percentage";
import { sidesOf } from "./TaxRatesPage";

const TaxRateDialog = loadLater(() => import("./TaxRateDialog").then((module) => module.TaxRateDialog));

const route = getRouteApi("/signed-in/shell/settings/taxes/$rateId");

/** The day on which percentages begin that have always held. */
const FIRST_DAY = "1900-01-01";

export function TaxRatePage() {
  const { t } = useTranslation("taxes");
  const { rateId } = route.useParams();
  const rate = useQuery(taxRateQuery(rateId));
  return (
    <LoadedPage query={rate} title={t("rates.title")}>
      {(known) => <KnownRate rate={known} />}
    </LoadedPage>
  );
}

function KnownRate({ rate }: { rate: TaxRate }) {
  const { t } = useTranslation("taxes");
  const may = useAbilities();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const close = () => setOpen(null);
  const switching = useMutation({
    mutationFn: () => changeTaxRate(rate.id, { is_active: !rate.is_active }),
    onSuccess: async (saved) => {
      await taxRatesChanged(client);
      notifications.show({ color: "ledger", message: t(saved.is_active ? "rates.activated" : "rates.deactivated", { name: saved.name }) });
    },
  });
  return (
    <Page
      title={rate.name}
      subtitle={
        <Group gap="xs">
          <TextLink to={urls.taxRates} size="sm">
            {t("rates.title")}
          </TextLink>
          <span>{rate.code}</span>
          {!rate.is_active && <StatusBadge tone="neutral">{t("rates.inactive")}</StatusBadge>}
        </Group>
      }
      actions={
        <>
          {may("tax_rates.delete") && !rate.is_used && (
            <Button variant="subtle" color="red" leftSection={<Trash2 size={15} />} onClick={() => setOpen("delete")}>
              {t("action.delete")}
            </Button>
          )}
          {may("tax_rates.edit") && (
            <>
              <Button variant="default" leftSection={rate.is_active ? <CirclePause size={15} /> : <CirclePlay size={15} />} loading={switching.isPending} onClick={() => switching.mutate()}>
                {rate.is_active ? t("rates.deactivate") : t("rates.activate")}
              </Button>
              <Button variant="default" leftSection={<Pencil size={15} />} onClick={() => setOpen("edit")}>
                {t("action.edit")}
              </Button>
            </>
          )}
        </>
      }
    >
      <ProblemAlert error={switching.error} />
      <Sheet padded>
        <Facts>
          <Fact name={t("rates.kind")}>{t(`taxKind.${rate.kind}`)}</Fact>
          <Fact name={t("rates.today")}>{rate.percent !== null && <Percentage value={rate.percent} />}</Fact>
          <Fact name={t("rates.usedFor")}>{t(sidesOf(rate))}</Fact>
          {rate.kind !== "group" && (
            <>
              <Fact name={t("rates.recoverable")}>
                <Percentage value={rate.recoverable} />
              </Fact>
              <Fact name={t("returns.title")}>{rate.in_returns ? t("rates.inReturns") : t("rates.notInReturns")}</Fact>
              <Fact name={t("rates.payableAccount")}>{rate.payable_account ? `${rate.payable_account.code} ${rate.payable_account.name}` : t("rates.usualAccount")}</Fact>
              <Fact name={t("rates.recoverableAccount")}>
                {rate.recoverable_account ? `${rate.recoverable_account.code} ${rate.recoverable_account.name}` : t("rates.usualAccount")}
              </Fact>
              {(rate.is_compound || rate.bad_debt_relief) && (
                <Fact name={t("rates.more")}>
                  {rate.is_compound && <div>{t("rates.isCompound")}</div>}
                  {rate.bad_debt_relief && <div>{t("rates.badDebtRelief")}</div>}
                </Fact>
              )}
            </>
          )}
        </Facts>
        {rate.description && (
          <Text size="sm" mt="md">
            {rate.description}
          </Text>
        )}
      </Sheet>
      {rate.kind === "group" ? <Members rate={rate} /> : <Percentages rate={rate} />}
      {open === "edit" && <TaxRateDialog rate={rate} onClose={close} />}
      {open === "delete" && (
        <ConfirmDialog
          opened
          onClose={close}
          title={t("rates.deleteTitle", { name: rate.name })}
          text={t("rates.deleteText")}
          confirmLabel={t("action.delete")}
          onConfirm={async () => {
            await deleteTaxRate(rate.id);
            notifications.show({ color: "ledger", message: t("rates.deleted", { name: rate.name }) });
            await navigate({ to: urls.taxRates });
            await taxRatesChanged(client);
          }}
        />
      )}
    </Page>
  );
}

function Members({ rate }: { rate: TaxRate }) {
  const { t } = useTranslation("taxes");
  return (
    <Section title={t("rates.members")} text={t("rates.membersHint")}>
      <Sheet padded>
        <ol style={{ margin: 0, paddingInlineStart: 20 }}>
          {rate.members.map(({ id, name, kind }) => (
            <li key={id}>
              <TextLink to={urls.taxRate} params={{ rateId: id }} inherit>
                {name}
              </TextLink>{" "}
              <Text span size="sm" c="dimmed">
                {t(`taxKind.${kind}`)}
              </Text>
            </li>
          ))}
        </ol>
      </Sheet>
    </Section>
  );
}

function Percentages({ rate }: { rate: TaxRate }) {
  const { t } = useTranslation("taxes");
  const may = useAbilities();
  const client = useQueryClient();
  const { timezone } = useOrganization();
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<string | null>(null);
  const now = today(timezone);
  const newestFirst = [...rate.percentages].reverse();
  const current = newestFirst.find(({ valid_from }) => valid_from <= now);
  if (!rate.percentages.length) return null; // nothing is charged at it
  return (
    <Section
      title={t("rates.percentages")}
      text={t("rates.percentagesText")}
      actions={
        may("tax_rates.edit") && (
          <Button variant="default" leftSection={<Plus size={15} />} onClick={() => setAdding(true)}>
            {t("rates.changePercent")}
          </Button>
        )
      }
    >
      <Sheet>
        <table className={table.table} aria-label={t("rates.percentages")}>
          <thead>
            <tr>
              <th scope="col">{t("rates.from")}</th>
              <th scope="col" className={table.amount}>
                {t("rates.percent")}
              </th>
              <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
            </tr>
          </thead>
          <tbody>
            {newestFirst.map(({ valid_from, percent }) => (
              <tr key={valid_from}>
                <td>
                  {valid_from === FIRST_DAY ? t("rates.always") : formatDate(valid_from)} {valid_from === current?.valid_from && <StatusBadge tone="good">{t("rates.current")}</StatusBadge>}
                </td>
                <td className={table.amount}>
                  <Percentage value={percent} />
                </td>
                <td className={table.action}>
                  {may("tax_rates.edit") && rate.percentages.length > 1 && (
                    <Button
                      variant="subtle"
                      color="red"
                      size="compact-sm"
                      onClick={() => setRemoving(valid_from)}
                      aria-label={t("rates.removePercentTitle", { date: formatDate(valid_from) })}
                    >
                      {t("rates.removePercent")}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Sheet>
      {isAdding && <PercentageDialog rate={rate} onClose={() => setAdding(false)} />}
      {removing && (
        <ConfirmDialog
          opened
          onClose={() => setRemoving(null)}
          title={t("rates.removePercentTitle", { date: formatDate(removing) })}
          text={t("rates.removePercentText")}
          confirmLabel={t("rates.removePercent")}
          onConfirm={async () => {
            await removeTaxPercentage(rate.id, removing);
            await taxRatesChanged(client);
          }}
        />
      )}
    </Section>
  );
}

function PercentageDialog({ rate, onClose }: { rate: TaxRate; onClose: () => void }) {
  const { t } = useTranslation("taxes");
  const client = useQueryClient();
  const { timezone } = useOrganization();
  const form = useProblemForm({
    schema: z.object({ valid_from: atLeast(1, t("form.required")), percent: numberField({ ...PERCENT, required: true }) }),
    defaultValues: { valid_from: today(timezone), percent: "" },
    send: ({ valid_from, percent }) => setTaxPercentage(rate.id, { valid_from, percent: readNumber(percent, PERCENT) }),
    onDone: async (_, { valid_from, percent }) => {
      await taxRatesChanged(client);
      notifications.show({
        color: "ledger",
        message: t("rates.percentChanged", { name: rate.name, percent: shortNumber(readNumber(percent, PERCENT)), date: formatDate(valid_from) }),
      });
      onClose();
    },
  });
  return (
    <FormDialog title={t("rates.changePercentTitle", { name: rate.name })} onClose={onClose} form={form} submitLabel={t("rates.changePercentSave")}>
      <Group align="flex-start" grow>
        <DateInput label={t("rates.from")} error={form.errorOf("valid_from")} {...form.register("valid_from")} />
        <TextInput label={t("rates.percent")} inputMode="decimal" data-autofocus error={form.errorOf("percent")} {...form.register("percent")} />
      </Group>
    </FormDialog>
  );
}
