import { Alert, Button, Group, Switch } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { ClipboardPaste } from "lucide-react";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { DateInput } from "@/components/DateInput";
import { Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import table from "@/components/table.module.css";
import { currenciesQuery } from "@/lib/api/currencies";
import { openingChanged, openingQuery, writeOpening } from "@/lib/api/opening";
import { ApiProblem, toProblem } from "@/lib/api/problem";
import type { Account, OpeningBalances } from "@/lib/api/types";
import { typedNumber } from "@/lib/amounts";
import { today } from "@/lib/locale";
import { isZero } from "@/lib/money";
import { useAbilities, useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { type Cells, currencyOf, EMPTY, type Errors, faults, type Field, inputOf, isOffered, placeErrors, split, totalsOf, type Typed } from "./balances";
import { Cell } from "./Cell";
import classes from "./OpeningBalancesPage.module.css";
import { PasteDialog } from "./PasteDialog";

const ROOTS = ["asset", "liability", "equity", "income", "expense"] as const;

/** The day before this fiscal year: what most begin with. */
function dayBefore(now: string, startMonth: number): string {
  const [year = 0, month = 0] = now.split("-").map(Number);
  const first = Date.UTC(month >= startMonth ? year : year - 1, startMonth - 1, 0);
  return new Date(first).toISOString().slice(0, 10);
}

export function AccountBalances({ opening, accounts }: { opening: OpeningBalances; accounts: Account[] }) {
  const { t } = useTranslation("books");
  const may = useAbilities();
  const mayEdit = may("opening_balances.edit");
  const client = useQueryClient();
  const navigate = useNavigate();
  const { timezone, base_currency: base, fiscal_year_start } = useOrganization();
  const begun = useMemo(() => split(opening, accounts), [opening, accounts]);
  const [date, setDate] = useState(opening.date ?? dayBefore(today(timezone), fiscal_year_start));
  const [typed, setTyped] = useState<Typed>(begun.typed);
  const [withResult, setWithResult] = useState(() => accounts.some(({ id, root }) => begun.typed[id] && (root === "income" || root === "expense")));
  const [errors, setErrors] = useState<Errors>({});
  const [isPasting, setPasting] = useState(false);
  const isLeaving = useRef(false);
  const currencies = useQuery(currenciesQuery).data ?? [];
  const rates = Object.fromEntries(currencies.flatMap(({ code, latest }) => (latest ? [[code, latest.rate]] : []))) as Record<string, string>;
  const offered = accounts.filter((account) => isOffered(account, withResult));
  const hasForeign = offered.some((account) => currencyOf(account, base) !== base);
  const totals = totalsOf(typed, begun.kept, accounts, base, rates);
  const isDirty = mayEdit && (date !== (opening.date ?? date) || JSON.stringify(typed) !== JSON.stringify(begun.typed));
  const blocker = useBlocker({ shouldBlockFn: () => isDirty && !isLeaving.current, enableBeforeUnload: () => isDirty && !isLeaving.current, withResolver: true });

  const saving = useMutation({
    mutationFn: async (): Promise<void> => {
      const wrong = faults(typed, offered, base);
      if (Object.keys(wrong).length) {
        setErrors(
          Object.fromEntries(
            Object.entries(wrong).map(([id, cells]) => [id, Object.fromEntries(Object.entries(cells).map(([field, code]) => [field, t(`amountError.${code as "not_an_amount"}`, { decimals: 2 })]))]),
          ),
        );
        throw new ApiProblem({ code: "unreadable", title: t("opening.unreadable") });
      }
      const { lines, owners } = inputOf(typed, begun.kept, offered, base);
      try {
        const written = await writeOpening({ date, lines });
        client.setQueryData(openingQuery.queryKey, written);
        setTyped(split(written, accounts).typed);
        setErrors({});
      } catch (error) {
        const { cells, rest } = placeErrors(toProblem(error).errors, owners);
        setErrors(cells);
        if (!Object.keys(cells).length || rest.length) throw error;
        throw new ApiProblem({ code: "marked", title: t("opening.marked"), detail: toProblem(error).detail });
      }
    },
  });
  const save = async () => {
    await saving.mutateAsync();
    notifications.show({ color: "ledger", message: t("opening.saved") });
    await openingChanged(client);
  };
  const saveAndGo = async () => {
    if (isDirty) await save();
    isLeaving.current = true;
    await navigate({ to: urls.openingBalances, search: { step: "customers" } });
  };
  const isShown = () => undefined; // the problem is shown by the page
  useHotkeys([["mod+S", () => void save().catch(isShown)]], []);
  const set = (account: string, field: Field, value: string) => {
    setTyped((now) => ({ ...now, [account]: { ...EMPTY, ...now[account], [field]: value } satisfies Cells }));
    setErrors((now) => ({ ...now, [account]: { ...now[account], [field]: "" } }));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    const column = event.target.name;
    const cells = [...event.currentTarget.querySelectorAll<HTMLInputElement>(`input[name="${column}"]`)];
    const next = cells[cells.indexOf(event.target) + step];
    next?.focus();
    next?.select();
  };

  return (
    <>
      <Group align="flex-end" justify="space-between">
        <DateInput
          label={t("opening.date")}
          description={t("opening.dateHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={date}
          disabled={!mayEdit}
          error={saving.error ? toProblem(saving.error).errors.find(({ pointer }) => pointer === "/date")?.detail : undefined}
          onChange={(event) => setDate(event.currentTarget.value)}
        />
        <Group>
          <Switch label={t("opening.withResult")} checked={withResult} onChange={(event) => setWithResult(event.currentTarget.checked)} />
          {mayEdit && (
            <Button variant="default" leftSection={<ClipboardPaste size={15} />} onClick={() => setPasting(true)}>
              {t("opening.paste")}
            </Button>
          )}
        </Group>
      </Group>
      {begun.kept.length > 0 && <Alert variant="light">{t("opening.kept", { count: begun.kept.length })}</Alert>}
      <Sheet>
        <div className={table.scroll}>
          <table className={`${table.table} ${classes.grid}`} aria-label={t("opening.step.accounts")} onKeyDown={onKeyDown}>
            <thead>
              <tr>
                <th scope="col">{t("opening.account")}</th>
                {hasForeign && (
                  <th scope="col" className={classes.cell}>
                    {t("opening.rate")}
                  </th>
                )}
                <th scope="col" className={classes.cell}>
                  {t("opening.debit")}
                </th>
                <th scope="col" className={classes.cell}>
                  {t("opening.credit")}
                </th>
              </tr>
            </thead>
            {ROOTS.map((root) => {
              const rows = offered.filter((account) => account.root === root);
              if (!rows.length) return null;
              return (
                <tbody key={root}>
                  <tr className={classes.group}>
                    <th scope="rowgroup" colSpan={hasForeign ? 4 : 3}>
                      {t(`root.${root}`)}
                    </th>
                  </tr>
                  {rows.map((account) => {
                    const currency = currencyOf(account, base);
                    const cells = typed[account.id] ?? EMPTY;
                    const cell = (field: Field, label: string, placeholder?: string) => (
                      <Cell
                        name={field}
                        label={label}
                        value={cells[field]}
                        decimals={field === "rate" ? "rate" : currency}
                        placeholder={placeholder}
                        error={errors[account.id]?.[field]}
                        disabled={!mayEdit}
                        onChange={(value) => set(account.id, field, value)}
                      />
                    );
                    return (
                      <tr key={account.id}>
                        <td>
                          <span className={table.quiet}>{account.code}</span> {account.name} {currency !== base && <span className={table.quiet}>{currency}</span>}
                        </td>
                        {hasForeign && <td className={`${classes.cell} ${classes.rate}`}>{currency !== base && cell("rate", t("opening.rateOf", { account: account.name }), typedNumber(rates[currency]))}</td>}
                        <td className={classes.cell}>{cell("debit", t("opening.debitOf", { account: account.name }))}</td>
                        <td className={classes.cell}>{cell("credit", t("opening.creditOf", { account: account.name }))}</td>
                      </tr>
                    );
                  })}
                </tbody>
              );
            })}
          </table>
        </div>
        <div className={classes.foot}>
          <dl className={classes.sums} aria-live="polite">
            <div>
              <dt>{t("opening.totalDebit", { currency: base })}</dt>
              <dd>
                <Amount value={totals.debit} />
              </dd>
            </div>
            <div>
              <dt>{t("opening.totalCredit", { currency: base })}</dt>
              <dd>
                <Amount value={totals.credit} />
              </dd>
            </div>
            <div>
              <dt>{t("opening.difference")}</dt>
              <dd>{isZero(totals.difference) ? t("opening.none") : <Amount value={totals.difference} />}</dd>
            </div>
          </dl>
          <Group gap="xs">
            {mayEdit && (
              <Button variant="default" onClick={() => void save().catch(isShown)} loading={saving.isPending} disabled={!isDirty}>
                {t("action.save")}
              </Button>
            )}
            <Button onClick={() => void saveAndGo().catch(isShown)} loading={saving.isPending}>
              {isDirty ? t("opening.saveAndGo") : t("opening.goOn")}
            </Button>
          </Group>
        </div>
      </Sheet>
      <ProblemAlert error={saving.error} />
      {isPasting && (
        <PasteDialog
          accounts={offered}
          base={base}
          onClose={() => setPasting(false)}
          onTake={(found) => {
            setTyped((now) => ({ ...now, ...found }));
            setPasting(false);
          }}
        />
      )}
      {blocker.status === "blocked" && (
        <ConfirmDialog
          opened
          onClose={blocker.reset}
          title={t("opening.leaveTitle")}
          text={t("opening.leaveText")}
          confirmLabel={t("journals.leave")}
          onConfirm={() => {
            isLeaving.current = true;
            blocker.proceed();
            return Promise.resolve();
          }}
        />
      )}
    </>
  );
}
