import { ActionIcon, Button, Checkbox, TextInput, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarClock, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { EmptyState } from "@/components/EmptyState";
import { FormDialog } from "@/components/FormDialog";
import { Loaded } from "@/components/Loaded";
import { Page, Sheet } from "@/components/Page";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { useProblemForm } from "@/components/useProblemForm";
import { numberField, readNumber } from "@/lib/amounts";
import { changePaymentTerms, createPaymentTerms, deletePaymentTerms, paymentTermsQuery } from "@/lib/api/paymentTerms";
import type { PaymentTerms } from "@/lib/api/types";
import { useAbilities } from "@/lib/organization";
import { filled, z } from "@/lib/shapes";

const WHOLE = { decimals: 0 } as const;

/** When documents are due. */
export function PaymentTermsPage() {
  const { t } = useTranslation("settings");
  const may = useAbilities();
  const client = useQueryClient();
  const terms = useQuery(paymentTermsQuery);
  const [edited, setEdited] = useState<PaymentTerms | "new" | null>(null);
  const [doomed, setDoomed] = useState<PaymentTerms | null>(null);
  const remove = async () => {
    if (doomed) await deletePaymentTerms(doomed.id);
    await client.invalidateQueries({ queryKey: paymentTermsQuery.queryKey });
  };
  const add = may("payment_terms.create") && (
    <Button leftSection={<Plus size={16} />} onClick={() => setEdited("new")}>
      {t("terms.new")}
    </Button>
  );
  return (
    <Page title={t("terms.title")} subtitle={t("terms.text")} actions={add} narrow>
      <Sheet>
        <Loaded query={terms} lines={5}>
          {(known) =>
            known.length ? (
              <table className={`${table.table} ${table.cards}`} aria-label={t("terms.title")}>
                <thead>
                  <tr>
                    <th scope="col">{t("terms.name")}</th>
                    <th scope="col">{t("terms.due")}</th>
                    <th scope="col" className={table.action}>
                      <VisuallyHidden>{t("terms.actions")}</VisuallyHidden>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {known.map((one) => (
                    <tr key={one.id}>
                      <td>
                        {one.name} {one.is_default && <StatusBadge tone="good">{t("terms.default")}</StatusBadge>}
                      </td>
                      <td className={table.quiet}>{t(one.from_end_of_month ? "terms.daysFromEnd" : "terms.days", { count: one.days })}</td>
                      <td className={table.action}>
                        {may("payment_terms.edit") && (
                          <ActionIcon aria-label={t("terms.edit", { name: one.name })} onClick={() => setEdited(one)}>
                            <Pencil size={15} />
                          </ActionIcon>
                        )}
                        {may("payment_terms.delete") && (
                          <ActionIcon aria-label={t("terms.delete", { name: one.name })} onClick={() => setDoomed(one)}>
                            <Trash2 size={15} />
                          </ActionIcon>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            ) : (
              <EmptyState icon={CalendarClock} title={t("terms.none")} action={add} />
            )
          }
        </Loaded>
      </Sheet>
      {edited && <TermsDialog terms={edited === "new" ? undefined : edited} onClose={() => setEdited(null)} />}
      <ConfirmDialog opened={doomed !== null} onClose={() => setDoomed(null)} title={t("terms.deleteTitle", { name: doomed?.name ?? "" })} text={t("terms.deleteText")} confirmLabel={t("action.delete")} onConfirm={remove} />
    </Page>
  );
}

function TermsDialog({ terms, onClose }: { terms: PaymentTerms | undefined; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const form = useProblemForm({
    schema: z.object({ name: filled(t("form.required")), days: numberField({ ...WHOLE, required: true }), from_end_of_month: z.boolean(), is_default: z.boolean() }),
    defaultValues: { name: terms?.name ?? "", days: String(terms?.days ?? 30), from_end_of_month: terms?.from_end_of_month ?? false, is_default: terms?.is_default ?? false },
    send: (values) => {
      const body = { ...values, days: Number(readNumber(values.days, WHOLE)) };
      return terms ? changePaymentTerms(terms.id, body) : createPaymentTerms(body);
    },
    onDone: async ({ name }) => {
      await client.invalidateQueries({ queryKey: paymentTermsQuery.queryKey });
      notifications.show({ color: "ledger", message: t("terms.saved", { name }) });
      onClose();
    },
  });
  return (
    <FormDialog title={terms ? t("terms.edit", { name: terms.name }) : t("terms.new")} form={form} submitLabel={t("action.save")} onClose={onClose}>
      <TextInput label={t("terms.name")} data-autofocus error={form.errorOf("name")} {...form.register("name")} />
      <TextInput label={t("terms.daysLabel")} inputMode="numeric" error={form.errorOf("days")} {...form.register("days")} />
      <Checkbox label={t("terms.fromEnd")} {...form.register("from_end_of_month")} />
      <Checkbox label={t("terms.isDefault")} {...form.register("is_default")} />
    </FormDialog>
  );
}
