import { Alert, Button, Checkbox, Group, Modal, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, ReceiptText } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { Amount } from "@/components/Amount";
import { DateInput } from "@/components/DateInput";
import { EmptyState } from "@/components/EmptyState";
import { EntriesPreview } from "@/components/EntriesPreview";
import { TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { Page, Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { parseNumber, readNumber, typedAmount } from "@/lib/amounts";
import type { DryRun } from "@/lib/api/dryRun";
import { booksChanged } from "@/lib/api/journals";
import { openBillsQuery, payBillsAtOnce, rehearseBatch } from "@/lib/api/payments";
import { ApiProblem, toProblem } from "@/lib/api/problem";
import type { DocumentRow, PaymentRow } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import { formatDate, today } from "@/lib/locale";
import { sum } from "@/lib/money";
import { useAbilities, useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import classes from "./PayBillsPage.module.css";

/** Many bills at once: one payment for each vendor and currency. */
export function PayBillsPage() {
  const { t } = useTranslation("payments");
  const may = useAbilities();
  const [paid, setPaid] = useState<PaymentRow[] | null>(null);
  if (!may("bill_payments.create")) return <NotAllowedPage title={t("payManyBills")} />;
  return <Page title={t("payManyBills")}>{paid ? <Done payments={paid} onMore={() => setPaid(null)} /> : <Form onPaid={setPaid} />}</Page>;
}

function Done({ payments, onMore }: { payments: PaymentRow[]; onMore: () => void }) {
  const { t } = useTranslation("payments");
  return (
    <Alert color="ledger" variant="light" icon={<CircleCheck size={18} />} title={t("batchDone", { count: payments.length })}>
      <ul className={classes.list}>
        {payments.map((payment) => (
          <li key={payment.id}>
            <TextLink to={urls.payment} params={{ kind: "bill-payments", paymentId: payment.id }} size="sm">
              {payment.number}
            </TextLink>{" "}
            {payment.contact.name}: <Amount value={payment.amount} /> {payment.currency}
          </li>
        ))}
      </ul>
      <Button variant="default" size="xs" mt="sm" onClick={onMore}>
        {t("payMore")}
      </Button>
    </Alert>
  );
}

function Form({ onPaid }: { onPaid: (payments: PaymentRow[]) => void }) {
  const { t } = useTranslation("payments");
  const client = useQueryClient();
  const { timezone } = useOrganization();
  const day = today(timezone);
  const [head, setHead] = useState({ account: null as string | null, date: day, method: "", reference: "" });
  const [dueTo, setDueTo] = useState("");
  const bills = useQuery(openBillsQuery(dueTo || undefined));
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({}); // the amount typed, by bill
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [preview, setPreview] = useState<DryRun | null>(null);

  const shown = bills.data?.results ?? [];
  const picked = shown.filter(({ id }) => chosen[id] !== undefined);
  const amountOf = (bill: DocumentRow) => readNumber(chosen[bill.id] ?? "", { decimals: currencyDecimals(bill.currency) });
  const body = () => ({
    account: head.account ?? "",
    date: head.date,
    ...(head.method && { method: head.method }),
    ...(head.reference && { reference: head.reference }),
    bills: picked.map((bill) => ({ bill: bill.id, ...(amountOf(bill) && { amount: amountOf(bill) }) })),
  });
  const refuse = (error: unknown) => {
    const told = toProblem(error);
    const placed: Record<string, string> = {};
    for (const { pointer, detail } of told.errors) {
      const [root = "", index] = pointer.slice(1).split("/");
      placed[root === "bills" ? (picked[Number(index)]?.id ?? "bills") : root] = detail;
    }
    setErrors(placed);
    setProblem(told.errors.length ? null : told);
  };
  const rehearsal = useMutation({ mutationFn: () => rehearseBatch(body()), onSuccess: setPreview, onError: refuse });
  const paying = useMutation({
    mutationFn: () => payBillsAtOnce(body()),
    onSuccess: async ({ payments }) => {
      await booksChanged(client);
      notifications.show({ color: "ledger", message: t("batchDone", { count: payments.length }) });
      onPaid(payments);
    },
    onError: refuse,
  });
  /** What can be seen wrong from here. */
  const isFit = () => {
    const found: Record<string, string> = {};
    if (!head.account) found["account"] = t("form.required");
    if (!head.date) found["date"] = t("form.required");
    for (const bill of picked) if (!parseNumber(chosen[bill.id] ?? "", { decimals: currencyDecimals(bill.currency) }).ok) found[bill.id] = t("amountError.not_an_amount");
    setErrors(found);
    setProblem(null);
    return !Object.keys(found).length;
  };
  const choose = (rows: DocumentRow[], isOn: boolean) => setChosen(isOn ? { ...chosen, ...Object.fromEntries(rows.map((row) => [row.id, chosen[row.id] ?? typedAmount(row.open_amount)])) } : Object.fromEntries(Object.entries(chosen).filter(([id]) => !rows.some((row) => row.id === id))));
  const currencies = [...new Set(picked.map(({ currency }) => currency))];

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isFit()) paying.mutate();
      }}
    >
      <Stack gap="md">
        <Sheet padded>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
            <AccountInput label={t("fromAccount")} fits={({ type }) => ["cash", "bank", "credit_card", "other_current_asset", "other_current_liability"].includes(type)} value={head.account} error={errors["account"]} onChange={(account) => setHead({ ...head, account })} />
            <DateInput label={t("date")} value={head.date} error={errors["date"]} onChange={(event) => setHead({ ...head, date: event.currentTarget.value })} />
            <TextInput label={t("method")} value={head.method} error={errors["method"]} onChange={(event) => setHead({ ...head, method: event.currentTarget.value })} />
            <TextInput label={t("reference")} value={head.reference} error={errors["reference"]} onChange={(event) => setHead({ ...head, reference: event.currentTarget.value })} />
          </SimpleGrid>
        </Sheet>
        <Group align="flex-end" gap="sm">
          <DateInput label={t("dueUntil")} value={dueTo} onChange={(event) => setDueTo(event.currentTarget.value)} />
          <Button variant="default" onClick={() => choose(shown.filter(({ due_date }) => due_date !== null && due_date < day), true)}>
            {t("chooseOverdue")}
          </Button>
        </Group>
        <ProblemAlert error={problem} />
        <Sheet>
          <Loaded query={bills}>
            {({ results, count }) =>
              results.length ? (
                <>
                  <table className={`${table.table} ${table.cards}`} aria-label={t("openBills")}>
                    <thead>
                      <tr>
                        <th scope="col" className={classes.check}>
                          <Checkbox size="xs" aria-label={t("list.chooseAll")} checked={picked.length === results.length} indeterminate={picked.length > 0 && picked.length < results.length} onChange={(event) => choose(results, event.currentTarget.checked)} />
                        </th>
                        <th scope="col">{t("vendor")}</th>
                        <th scope="col">{t("number")}</th>
                        <th scope="col">{t("allocation.due")}</th>
                        <th scope="col" className={table.amount}>
                          {t("allocation.open")}
                        </th>
                        <th scope="col" className={table.amount}>
                          {t("amount")}
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {results.map((bill) => {
                        const name = t("billOf", { number: bill.number, vendor: bill.contact?.name ?? "" });
                        return (
                          <tr key={bill.id}>
                            <td className={classes.check}>
                              <Checkbox size="xs" aria-label={t("list.choose", { name })} checked={chosen[bill.id] !== undefined} onChange={(event) => choose([bill], event.currentTarget.checked)} />
                            </td>
                            <td>{bill.contact?.name}</td>
                            <td>
                              <TextLink to={urls.document} params={{ kind: "bills", documentId: bill.id }} inherit target="_blank">
                                {bill.number}
                              </TextLink>
                              {bill.reference && <span className={table.quiet}> · {bill.reference}</span>}
                            </td>
                            <td className={table.number}>
                              {bill.due_date && formatDate(bill.due_date)} {bill.due_date && bill.due_date < day && <StatusBadge tone="bad">{t("overdue")}</StatusBadge>}
                            </td>
                            <td className={table.amount}>
                              <Amount value={bill.open_amount} /> <span className={table.quiet}>{bill.currency}</span>
                            </td>
                            <td className={table.amount}>
                              <TextInput
                                size="xs"
                                className={classes.amount}
                                aria-label={t("allocation.settlesOf", { name })}
                                inputMode="decimal"
                                autoComplete="off"
                                value={chosen[bill.id] ?? ""}
                                error={errors[bill.id]}
                                onChange={(event) => {
                                  const { value } = event.currentTarget;
                                  setChosen(value ? { ...chosen, [bill.id]: value } : Object.fromEntries(Object.entries(chosen).filter(([id]) => id !== bill.id)));
                                }}
                              />
                            </td>
                          </tr>
                        );
                      })}
                    </tbody>
                  </table>
                  {count > results.length && (
                    <Text size="sm" c="dimmed" p="sm">
                      {t("firstBills", { shown: results.length, count })}
                    </Text>
                  )}
                </>
              ) : (
                <EmptyState icon={CircleCheck} title={t("noOpenBills")} />
              )
            }
          </Loaded>
        </Sheet>
        <Group justify="space-between">
          <Group gap="lg" role="status" fz="sm">
            <span>{t("billsChosen", { count: picked.length })}</span>
            {currencies.map((currency) => (
              <strong key={currency}>
                <Amount value={sum(picked.filter((bill) => bill.currency === currency).map(amountOf), currencyDecimals(currency))} /> {currency}
              </strong>
            ))}
          </Group>
          <Group gap="xs">
            <Button variant="default" leftSection={<ReceiptText size={15} />} disabled={!picked.length} loading={rehearsal.isPending} onClick={() => isFit() && rehearsal.mutate()}>
              {t("preview")}
            </Button>
            <Button type="submit" disabled={!picked.length} loading={paying.isPending}>
              {t("payChosen")}
            </Button>
          </Group>
        </Group>
      </Stack>
      <Modal opened={preview !== null} onClose={() => setPreview(null)} title={t("previewTitle")} size="lg" closeButtonProps={{ "aria-label": t("action.close") }}>
        {preview && <EntriesPreview answer={preview} />}
      </Modal>
    </form>
  );
}
