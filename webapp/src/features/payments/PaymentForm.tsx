import { Button, Group, Modal, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CircleCheck, ListChecks, ReceiptText } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { AllocationGrid } from "@/components/allocation/AllocationGrid";
import { allocationsOf, faultsOf, keyOf, NOTHING, type OpenRow, rowsOf, spread, sumOf, type Typed } from "@/components/allocation/allocating";
import { Amount } from "@/components/Amount";
import { ChoiceInput } from "@/components/ChoiceInput";
import { DateInput } from "@/components/DateInput";
import { EditorFrame } from "@/components/editor/EditorFrame";
import { type Editor, useEditor } from "@/components/editor/useEditor";
import { EmptyState } from "@/components/EmptyState";
import { EntriesPreview } from "@/components/EntriesPreview";
import { Fold } from "@/components/Fold";
import { Sheet } from "@/components/Page";
import { ContactPicker } from "@/components/pickers/ContactPicker";
import { Section } from "@/components/Section";
import { parseNumber, RATE, readNumber, shortNumber, typedAmount, typedNumber } from "@/lib/amounts";
import { accountsQuery } from "@/lib/api/accounts";
import type { Tagged } from "@/lib/api/client";
import { contactQuery, openItemsQuery } from "@/lib/api/contacts";
import { currenciesQuery, latestRateQuery } from "@/lib/api/currencies";
import type { DryRun } from "@/lib/api/dryRun";
import { booksChanged } from "@/lib/api/journals";
import { changePayment, createPayment, rehearsePayment, rehearsePaymentChange, suggestAllocations } from "@/lib/api/payments";
import type { Payment, PaymentInput } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import type { PaymentKind } from "@/lib/kinds";
import { isDate } from "@/lib/locale";
import { fromMinor, isNegative, isZero, subtract, toMinor } from "@/lib/money";
import { useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { METHODS, policyOf } from "./kinds";

export interface PaymentValues {
  contact: string;
  date: string;
  account: string | null;
  currency: string;
  amount: string;
  rate: string;
  bank_amount: string;
  bank_charges: string;
  method: string;
  reference: string;
  notes: string;
  settled: Record<string, Typed>;
}

interface Props {
  kind: PaymentKind;
  initial: PaymentValues;
  /** The payment that is changed; without one, a new payment is recorded. */
  payment?: Payment & Tagged;
  /** What the payment settles already: it counts as open while it is changed. */
  own?: readonly OpenRow[];
  onReload: () => void;
}

/** A payment or refund, and what it settles. */
export function PaymentForm({ kind, initial, payment, own = [], onReload }: Props) {
  const { t } = useTranslation("payments");
  const client = useQueryClient();
  const navigate = useNavigate();
  const policy = policyOf(kind);
  const { base_currency } = useOrganization();
  const sentKeys = useRef<string[]>([]);
  const [preview, setPreview] = useState<DryRun | null>(null);
  const rowsFor = (contact: string) => client.getQueryData(openItemsQuery(contact, { side: kind.side }).queryKey)?.items ?? [];
  const allRows = (contact: string): OpenRow[] => {
    const open = rowsOf(rowsFor(contact), policy.settles).filter((row) => row.id !== payment?.id);
    return [...own.map((row) => merged(row, open)), ...open.filter(({ key }) => !own.some((mine) => mine.key === key))];
  };

  const bodyOf = (values: PaymentValues): PaymentInput => {
    const decimals = currencyDecimals(values.currency);
    const rows = allRows(values.contact);
    const { keys, allocations } = allocationsOf(rows, values.settled, values.currency);
    sentKeys.current = keys;
    const bankDecimals = { decimals: currencyDecimals(bankCurrencyOf(values)) };
    return {
      contact: values.contact,
      date: values.date,
      account: values.account ?? "",
      currency: values.currency,
      amount: readNumber(values.amount, { decimals }) || sumOf(rows, values.settled, values.currency).taken,
      ...(values.rate.trim() && { rate: readNumber(values.rate, RATE) }),
      ...(values.bank_amount.trim() && { bank_amount: readNumber(values.bank_amount, bankDecimals) }),
      ...(values.bank_charges.trim() && { bank_charges: readNumber(values.bank_charges, { decimals }) }),
      allocations,
      method: values.method,
      reference: values.reference,
      notes: values.notes,
    };
  };
  // An account without a currency of its own holds every currency: it takes what is paid as it is.
  const bankCurrencyOf = ({ account, currency }: PaymentValues) => accounts.find(({ id }) => id === account)?.currency || currency;
  const accounts = useQuery(accountsQuery).data ?? [];

  const check = (values: PaymentValues): Record<string, string> => {
    const found: Record<string, string> = {};
    for (const name of ["contact", "date", "account"] as const) if (!values[name]) found[name] = t("form.required");
    const decimals = currencyDecimals(values.currency);
    const rows = allRows(values.contact);
    const { taken, isPartial } = sumOf(rows, values.settled, values.currency);
    for (const name of ["amount", "bank_charges", "bank_amount"] as const) {
      const kindOf = { decimals: name === "bank_amount" ? currencyDecimals(bankCurrencyOf(values)) : decimals };
      const parsed = parseNumber(values[name], kindOf);
      if (values[name].trim() && !parsed.ok) found[name] = t(`amountError.${parsed.error === "negative" ? "below_zero" : parsed.error}`, kindOf);
    }
    if (values.rate.trim() && !parseNumber(values.rate, RATE).ok) found["rate"] = t("amountError.not_an_amount");
    if (!values.amount.trim() && (isPartial || isZero(taken))) found["amount"] = t("form.required");
    for (const { place, fault } of faultsOf(rows, values.settled, values.currency)) found[`settled.${place}`] = fault === "more_than_open" ? t("allocation.moreThanOpen") : t("amountError.not_an_amount");
    return found;
  };

  const editor = useEditor<PaymentValues, Payment>({
    work: `payment.${kind.value}.${payment?.id ?? "new"}`,
    initial,
    check,
    send: async (values, _, isOver) => {
      const body = bodyOf(values);
      return payment ? changePayment(kind, payment.id, changesOf(body, payment, sentKeys.current), isOver ? undefined : payment.tag) : createPayment(kind, body);
    },
    onSaved: async (saved) => {
      await booksChanged(client);
      notifications.show({ color: "ledger", message: t(payment ? "saved" : "recorded", { number: saved.number }) });
      await navigate({ to: urls.payment, params: { kind: kind.path, paymentId: saved.id }, replace: true });
    },
    place: ({ pointer }) => {
      const [root = "", index, field] = pointer.slice(1).split("/");
      if (root !== "allocations") return FIELDS.includes(root) ? root : undefined;
      const key = sentKeys.current[Number(index)];
      return key ? `settled.${key}.${field === "withheld" || field === "withheld_tax" || field === "source_amount" ? field : "amount"}` : undefined;
    },
    mayFinish: true,
  });
  const { values, change, errors } = editor;

  const rehearsal = useMutation({
    mutationFn: () => {
      const body = bodyOf(values);
      return payment ? rehearsePaymentChange(kind, payment.id, changesOf(body, payment, sentKeys.current)) : rehearsePayment(kind, body);
    },
    onSuccess: setPreview,
    onError: editor.refuse,
  });

  const onContact = async (contact: string) => {
    change((now) => ({ ...now, contact, settled: {} }), "contact");
    if (!contact) return;
    const { currency } = await client.query(contactQuery(contact));
    change((now) => (now.contact === contact && !now.amount ? { ...now, currency: currency || base_currency } : now));
  };
  const foreign = values.currency !== base_currency;
  const bankCurrency = bankCurrencyOf(values);
  const latest = useQuery({ ...latestRateQuery(values.currency, isDate(values.date) ? values.date : undefined), enabled: foreign }).data;
  const currencies = useQuery(currenciesQuery).data ?? [];
  const sum = sumOf(allRows(values.contact), values.settled, values.currency);
  const text = (name: "amount" | "rate" | "bank_amount" | "bank_charges" | "method" | "reference") => ({
    name,
    value: values[name],
    error: errors[name],
    autoComplete: "off",
    onChange: (event: { currentTarget: HTMLInputElement }) => {
      const { value } = event.currentTarget;
      change((now) => ({ ...now, [name]: value }), name);
    },
  });

  return (
    <EditorFrame
      editor={editor}
      title={payment ? t("editTitle", { number: payment.number }) : t(`newTitle.${kind.value}`)}
      draftLabel={payment ? t("action.save") : t("record")}
      onCancel={() => void navigate(payment ? { to: urls.payment, params: { kind: kind.path, paymentId: payment.id } } : { to: urls.payments, params: { kind: kind.path } })}
      onReload={onReload}
      actions={
        <Button variant="default" leftSection={<ReceiptText size={15} />} loading={rehearsal.isPending} disabled={!values.contact || !values.account} onClick={() => rehearsal.mutate()}>
          {t("preview")}
        </Button>
      }
      aside={<Total values={values} sum={sum} leavesCredit={policy.leavesCredit} />}
    >
      <Sheet padded>
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm" verticalSpacing="sm">
            {payment ? (
              <TextInput label={t(policy.contactLabel)} value={payment.contact.name} readOnly variant="filled" />
            ) : (
              <ContactPicker name="contact" withLabel label={t(policy.contactLabel)} side={kind.side} creates value={values.contact} onChange={(id) => void onContact(id)} error={errors["contact"]} autoFocus={!values.contact} />
            )}
            <TextInput {...text("amount")} label={t("amountIn", { currency: values.currency })} inputMode="decimal" placeholder={isZero(sum.taken) ? "" : typedAmount(sum.taken)} />
            <DateInput name="date" label={t("date")} value={values.date} error={errors["date"]} onChange={(event) => {
                const { value } = event.currentTarget;
                change((now) => ({ ...now, date: value }), "date");
              }} />
            <AccountInput
              name="account"
              label={t(policy.accountLabel)}
              fits={({ type }) => policy.moneyTypes.includes(type)}
              value={values.account}
              error={errors["account"]}
              onChange={(account) => change((now) => ({ ...now, account }), "account")}
            />
            <ChoiceInput
              name="method"
              label={t("method")}
              clearable
              data={[...new Set([...METHODS.map((name) => t(`methods.${name}`)), ...(values.method ? [values.method] : [])])]}
              value={values.method || null}
              error={errors["method"]}
              onChange={(method) => change((now) => ({ ...now, method: method ?? "" }), "method")}
            />
            <TextInput {...text("reference")} label={t("reference")} />
            {currencies.length > 1 && (
              <ChoiceInput
                name="currency"
                label={t("currency")}
                allowDeselect={false}
                data={currencies.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }))}
                value={values.currency}
                error={errors["currency"]}
                onChange={(currency) => change((now) => ({ ...now, currency: currency ?? base_currency, rate: "" }), "currency", "rate")}
              />
            )}
            {foreign && (
              <TextInput
                {...text("rate")}
                label={t("rateOf", { currency: values.currency, base: base_currency })}
                inputMode="decimal"
                placeholder={latest ? shortNumber(latest.rate) : ""}
                description={latest?.is_stale ? t("rateStale", { date: latest.date }) : undefined}
              />
            )}
            {bankCurrency !== values.currency && <TextInput {...text("bank_amount")} label={t(policy.bankAmountLabel, { currency: bankCurrency })} inputMode="decimal" placeholder={t("byRate")} />}
          </SimpleGrid>
          <Fold title={t("chargesAndNotes")} open={Boolean(values.bank_charges || values.notes)} needed={Boolean(errors["bank_charges"] ?? errors["notes"])}>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
              <TextInput {...text("bank_charges")} label={t("chargesIn", { currency: values.currency })} description={t(policy.chargesHint)} inputMode="decimal" />
              <Textarea label={t("notes")} name="notes" autosize minRows={1} maxRows={5} value={values.notes} error={errors["notes"]} onChange={(event) => {
                  const { value } = event.currentTarget;
                  change((now) => ({ ...now, notes: value }), "notes");
                }} />
            </SimpleGrid>
          </Fold>
        </Stack>
      </Sheet>
      {values.contact && <Settled kind={kind} editor={editor} rowsOfContact={allRows} />}
      <Modal opened={preview !== null} onClose={() => setPreview(null)} title={t("previewTitle")} size="lg" closeButtonProps={{ "aria-label": t("action.close") }}>
        {preview && <EntriesPreview answer={preview} />}
      </Modal>
    </EditorFrame>
  );
}

const FIELDS: readonly string[] = ["contact", "date", "account", "currency", "amount", "rate", "bank_amount", "bank_charges", "method", "reference", "notes"];

/** What the payment settles already is open for it again. */
function merged(own: OpenRow, open: readonly OpenRow[]): OpenRow {
  const still = open.find(({ key }) => key === own.key);
  if (!still) return own;
  const decimals = currencyDecimals(own.currency);
  return { ...still, open: fromMinor(toMinor(still.open, decimals) + toMinor(own.open, decimals), decimals) };
}

/** Only what is another one now: words change in place, while anything about money is posted again. */
function changesOf(body: PaymentInput, payment: Payment, keys: readonly string[]) {
  const { allocations, ...rest } = body;
  const before: Record<string, unknown> = { ...payment, account: payment.account.id, contact: payment.contact.id };
  const isSame = (name: string, value: unknown) => before[name] === value || (typeof value === "string" && typeof before[name] === "string" && /^[\d.]+$/.test(value) && shortNumber(before[name]) === shortNumber(value));
  const changed = Object.fromEntries(Object.entries(rest).filter(([name, value]) => !isSame(name, value)));
  const stood = payment.allocations.filter(({ stands }) => stands).map(({ target, amount, withheld }) => `${keyOf(target.kind, target.id)} ${amount} ${withheld}`);
  const wanted = (allocations ?? []).map(({ amount, withheld }, index) => `${keys[index] ?? ""} ${amount ?? ""} ${withheld ?? "0.00"}`);
  const isShared = stood.length === wanted.length && wanted.every((each) => stood.includes(each));
  return isShared ? changed : { ...changed, allocations };
}

interface SettledProps {
  kind: PaymentKind;
  editor: Editor<PaymentValues>;
  rowsOfContact: (contact: string) => OpenRow[];
}

/** The open items of the contact, with what each of them gets. */
function Settled({ kind, editor, rowsOfContact }: SettledProps) {
  const { t } = useTranslation("payments");
  const { values, change, errors } = editor;
  const policy = policyOf(kind);
  const items = useQuery(openItemsQuery(values.contact, { side: kind.side }));
  const rows = items.data ? rowsOfContact(values.contact) : [];
  const { base_currency } = useOrganization();
  const suggesting = useMutation({
    mutationFn: async () => {
      const amount = readNumber(values.amount, { decimals: currencyDecimals(values.currency) });
      if (!amount || !policy.suggests) return spread(rows, values.currency, amount || null);
      const { allocations } = await suggestAllocations(kind, { contact: values.contact, amount, currency: values.currency, ...(isDate(values.date) && { date: values.date }) });
      return Object.fromEntries(
        allocations.map(({ document, amount: share, withheld }) => [keyOf(document.kind, document.id), { ...NOTHING, amount: typedAmount(share), withheld: isZero(withheld) ? "" : typedNumber(withheld) }]),
      );
    },
    onSuccess: (settled) => change((now) => ({ ...now, settled })),
    onError: editor.refuse,
  });
  return (
    <Section
      title={t(policy.settlesTitle)}
      actions={
        rows.length > 0 && (
          <Button variant="default" size="xs" leftSection={<ListChecks size={14} />} loading={suggesting.isPending} onClick={() => suggesting.mutate()}>
            {values.amount.trim() ? t("oldestFirst") : t("everything")}
          </Button>
        )
      }
    >
      <Sheet>
        {items.isPending ? (
          <Text size="sm" c="dimmed" p="md">
            {t("state.loading")}
          </Text>
        ) : rows.length ? (
          <AllocationGrid
            rows={rows}
            typed={values.settled}
            onTyped={(key, typed) => change((now) => ({ ...now, settled: { ...now.settled, [key]: typed } }), `settled.${key}.amount`, `settled.${key}.withheld`, `settled.${key}.source_amount`)}
            currency={values.currency || base_currency}
            errorOf={(place) => errors[`settled.${place}`]}
            withholds={policy.suggests}
            label={t(policy.settlesTitle)}
          />
        ) : (
          <EmptyState icon={CircleCheck} title={t(policy.nothingOpen)} {...(policy.leavesCredit && { text: t("becomesCredit") })} />
        )}
      </Sheet>
      {errors["allocations"] && (
        <Text size="sm" c="red" role="alert">
          {errors["allocations"]}
        </Text>
      )}
    </Section>
  );
}

/** What the amount settles, and what is left of it. */
function Total({ values, sum, leavesCredit }: { values: PaymentValues; sum: { taken: string; isPartial: boolean }; leavesCredit: boolean }) {
  const { t } = useTranslation("payments");
  const decimals = currencyDecimals(values.currency);
  const amount = readNumber(values.amount, { decimals }) || sum.taken;
  const left = subtract(amount, sum.taken, decimals);
  return (
    <Group gap="lg" role="status" fz="sm">
      <span>
        {t("settles")} <Amount value={sum.taken} /> {values.currency}
      </span>
      {sum.isPartial ? (
        <Text span size="sm" c="dimmed">
          {t("restByRate")}
        </Text>
      ) : isNegative(left) ? (
        <Text span size="sm" c="red">
          {t("overBy")} <Amount value={left.slice(1)} /> {values.currency}
        </Text>
      ) : (
        !isZero(left) && (
          <Text span size="sm" {...(!leavesCredit && { c: "red" })}>
            {t(leavesCredit ? "leftAsCredit" : "leftOver")} <Amount value={left} /> {values.currency}
          </Text>
        )
      )}
    </Group>
  );
}
