import { Button, Group, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Users } from "lucide-react";
import { useRef, useState } from "react";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { ChoiceInput } from "@/components/ChoiceInput";
import { DateInput } from "@/components/DateInput";
import { DocumentState } from "@/components/documents/DocumentState";
import { EmptyState } from "@/components/EmptyState";
import { ButtonLink, TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { Sheet } from "@/components/Page";
import { Pager } from "@/components/Pager";
import { ContactPicker } from "@/components/pickers/ContactPicker";
import { ProblemAlert } from "@/components/ProblemAlert";
import table from "@/components/table.module.css";
import { useProblemForm } from "@/components/useProblemForm";
import { currenciesQuery } from "@/lib/api/currencies";
import { createOpeningDocument, deleteDocument } from "@/lib/api/documents";
import { OPEN_ITEMS_PER_PAGE, openingChanged, openItemsQuery } from "@/lib/api/opening";
import type { DocumentRow } from "@/lib/api/types";
import { numberField, readNumber } from "@/lib/amounts";
import { currencyDecimals } from "@/lib/currencies";
import type { DocumentKind } from "@/lib/kinds";
import { formatDate, today } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";
import { atLeast, z } from "@/lib/shapes";
import { urls } from "@/lib/urls";

interface Props {
  kind: DocumentKind;
  /** That of the opening balances. */
  date: string | null;
  next: "vendors" | "post";
}

/** What customers owe, or vendors are owed, bill by bill. Drafts, until all is posted. */
export function OpenItems({ kind, date, next }: Props) {
  const { t } = useTranslation("books");
  const may = useAbilities();
  const [page, setPage] = useState(1);
  const items = useQuery(openItemsQuery(kind, page));
  const side = kind.side === "sales" ? "customers" : "vendors";
  return (
    <>
      {may(`${kind.subject}.create` as "invoices.create") && <NewItem kind={kind} date={date} />}
      <Sheet>
        <Loaded query={items} lines={5}>
          {({ results, count }) => (
            <>
              {results.length ? <Items kind={kind} items={results} /> : <EmptyState icon={Users} title={t(`opening.noItems.${side}`)} text={t("opening.noItemsText")} />}
              <Pager count={count} page={page} pageSize={OPEN_ITEMS_PER_PAGE} onPage={setPage} />
            </>
          )}
        </Loaded>
      </Sheet>
      <Group justify="flex-end">
        <ButtonLink to={urls.openingBalances} search={{ step: next }}>
          {t(`opening.goTo.${next}`)}
        </ButtonLink>
      </Group>
    </>
  );
}

function NewItem({ kind, date }: { kind: DocumentKind; date: string | null }) {
  const { t } = useTranslation("books");
  const client = useQueryClient();
  const { timezone, base_currency } = useOrganization();
  const currencies = useQuery(currenciesQuery).data ?? [];
  const contact = useRef<HTMLInputElement>(null);
  const side = kind.side === "sales" ? "customers" : "vendors";
  const form = useProblemForm({
    schema: z.object({
      contact: atLeast(1, t("form.required")),
      number: z.string(),
      date: atLeast(1, t("form.required")),
      due_date: z.string(),
      currency: z.string(),
      amount: numberField({ decimals: 4, required: true }),
    }),
    defaultValues: { contact: "", number: "", date: date ?? today(timezone), due_date: "", currency: base_currency, amount: "" },
    send: ({ number, due_date, amount, ...rest }) =>
      createOpeningDocument(kind, { ...rest, amount: readShort(amount, currencyDecimals(rest.currency)), ...(number.trim() && { number: number.trim() }), ...(due_date && { due_date }) }),
    onDone: async (_, values) => {
      form.reset({ contact: "", number: "", date: values.date, due_date: "", currency: values.currency, amount: "" });
      contact.current?.focus();
      notifications.show({ color: "ledger", message: t("opening.itemAdded") });
      await openingChanged(client);
    },
  });
  return (
    <Sheet padded>
      <form onSubmit={(event) => void form.submit(event)} noValidate aria-label={t(`opening.newItem.${side}`)}>
        <Group align="flex-start" gap="xs">
          <div style={{ flex: "3 1 150px" }}>
            <Controller
              control={form.control}
              name="contact"
              render={({ field }) => (
                <ContactPicker
                  label={t(`opening.contact.${side}`)}
                  withLabel
                  creates
                  side={kind.side}
                  value={field.value}
                  onChange={field.onChange}
                  inputRef={contact}
                  error={form.errorOf("contact")}
                />
              )}
            />
          </div>
          <TextInput label={t("opening.number")} flex="1 1 80px" error={form.errorOf("number")} {...form.register("number")} />
          <DateInput label={t("opening.itemDate")} flex="1 1 128px" error={form.errorOf("date")} {...form.register("date")} />
          <DateInput label={t("opening.dueDate")} flex="1 1 128px" error={form.errorOf("due_date")} {...form.register("due_date")} />
          {currencies.length > 1 && (
            <Controller
              control={form.control}
              name="currency"
              render={({ field }) => (
                <ChoiceInput
                  {...field}
                  label={t("opening.currency")}
                  w={88}
                  allowDeselect={false}
                  data={currencies.map(({ code }) => code)}
                  error={form.errorOf("currency")}
                  onChange={(value) => field.onChange(value ?? base_currency)}
                />
              )}
            />
          )}
          <TextInput label={t("opening.amount")} flex="1 1 96px" inputMode="decimal" styles={{ input: { textAlign: "end" } }} error={form.errorOf("amount")} {...form.register("amount")} />
          <Button type="submit" mt={25} variant="default" leftSection={<Plus size={15} />} loading={form.isSending}>
            {t("opening.addItem")}
          </Button>
        </Group>
        <ProblemAlert error={form.problem} />
      </form>
    </Sheet>
  );
}

/** As it was typed, without decimals that the currency does not have. More that count are for the server to refuse. */
function readShort(text: string, decimals: number): string {
  const read = readNumber(text, { decimals: 4 });
  const [whole = "", fraction = ""] = read.split(".");
  const significant = fraction.replace(/0+$/, "").padEnd(decimals, "0");
  return significant ? `${whole}.${significant}` : whole;
}

function Items({ kind, items }: { kind: DocumentKind; items: DocumentRow[] }) {
  const { t } = useTranslation("books");
  const may = useAbilities();
  const client = useQueryClient();
  const removing = useMutation({ mutationFn: (id: string) => deleteDocument(kind, id), onSuccess: () => openingChanged(client) });
  return (
    <>
      <ProblemAlert error={removing.error} />
      <table className={`${table.table} ${table.cards}`}>
        <thead>
          <tr>
            <th scope="col">{t("opening.contactHead")}</th>
            <th scope="col">{t("opening.number")}</th>
            <th scope="col">{t("opening.itemDate")}</th>
            <th scope="col">{t("opening.dueDate")}</th>
            <th scope="col">{t("opening.state")}</th>
            <th scope="col" className={table.amount}>
              {t("opening.amount")}
            </th>
            <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td>
                <TextLink to={urls.document} params={{ kind: kind.path, documentId: item.id }} inherit>
                  {item.contact?.name}
                </TextLink>
              </td>
              <td>{item.number}</td>
              <td className={table.number}>{formatDate(item.date)}</td>
              <td className={table.number}>{item.due_date && formatDate(item.due_date)}</td>
              <td>
                <DocumentState state={item.state} />
              </td>
              <td className={table.amount}>
                <Amount value={item.total} /> <span className={table.quiet}>{item.currency}</span>
              </td>
              <td className={table.action}>
                {item.status === "draft" && may(`${kind.subject}.delete` as "invoices.delete") && (
                  <Button
                    variant="subtle"
                    color="red"
                    size="compact-sm"
                    loading={removing.isPending && removing.variables === item.id}
                    onClick={() => removing.mutate(item.id)}
                    aria-label={t("opening.removeItem", { name: item.contact?.name })}
                  >
                    {t("action.delete")}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
