import { SimpleGrid, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { ApplyDialog } from "@/components/allocation/ApplyDialog";
import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { numberField, readNumber, typedAmount } from "@/lib/amounts";
import { openItemsQuery } from "@/lib/api/contacts";
import { applyCredit, documentsChanged, refundCredit } from "@/lib/api/documents";
import type { Document } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import { type DocumentKind, PAYMENT_KINDS } from "@/lib/kinds";
import { today } from "@/lib/locale";
import { useOrganization } from "@/lib/organization";
import { atLeast, z } from "@/lib/shapes";
import { urls } from "@/lib/urls";

interface Props {
  kind: DocumentKind;
  document: Document;
  onClose: () => void;
}

/** Settles documents of the same contact with what is left of a credit: what it was made from first. */
export function ApplyCreditDialog({ kind, document, onClose }: Props) {
  const { t } = useTranslation("documents");
  const client = useQueryClient();
  return (
    <ApplyDialog
      title={t("credit.applyTitle", { number: document.number })}
      items={useQuery({ ...openItemsQuery(document.contact?.id ?? "", { side: kind.side }), enabled: document.contact !== null })}
      available={document.open_amount}
      currency={document.currency}
      first={({ id }) => id === document.origin}
      texts={{ nothing: t("credit.nothing"), date: t("credit.date"), dateHint: t("credit.dateHint"), left: t("credit.left"), submit: t("credit.apply") }}
      apply={(body) => applyCredit(kind, document.id, body)}
      onApplied={() => {
        notifications.show({ color: "ledger", message: t("credit.applied", { number: document.number }) });
        onClose();
        void documentsChanged(client);
      }}
      onClose={onClose}
    />
  );
}

const MONEY = ["cash", "bank", "credit_card", "other_current_asset"];

/** Pays back what is left of a credit, or gets it back. */
export function RefundCreditDialog({ kind, document, onClose }: Props) {
  const { t } = useTranslation("documents");
  const client = useQueryClient();
  const navigate = useNavigate();
  const { timezone } = useOrganization();
  const decimals = currencyDecimals(document.currency);
  const refundKind = PAYMENT_KINDS.find(({ side, value }) => side === kind.side && value.endsWith("refund"));
  const form = useProblemForm({
    schema: z.object({ date: atLeast(1, t("form.required")), account: atLeast(1, t("form.required")), amount: numberField({ decimals, required: true }), reference: z.string() }),
    defaultValues: { date: today(timezone), account: "", amount: typedAmount(document.open_amount), reference: "" },
    send: (values) => refundCredit(kind, document.id, { ...values, amount: readNumber(values.amount, { decimals }), currency: document.currency }),
    onDone: async (refund) => {
      notifications.show({ color: "ledger", message: t("credit.refunded", { number: refund.number }) });
      onClose();
      void documentsChanged(client);
      if (refundKind) await navigate({ to: urls.payment, params: { kind: refundKind.path, paymentId: refund.id } });
    },
  });
  return (
    <FormDialog title={t("credit.refundTitle", { number: document.number })} form={form} submitLabel={t("credit.refund")} onClose={onClose}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput label={t("credit.amountIn", { currency: document.currency })} inputMode="decimal" data-autofocus error={form.errorOf("amount")} {...form.register("amount")} />
        <DateInput label={t("field.date")} error={form.errorOf("date")} {...form.register("date")} />
      </SimpleGrid>
      <Controller
        control={form.control}
        name="account"
        render={({ field }) => <AccountInput {...field} label={t(kind.side === "sales" ? "field.paidFrom" : "field.paidInto")} fits={({ type }) => MONEY.includes(type)} error={form.errorOf("account")} onChange={(value) => field.onChange(value ?? "")} />}
      />
      <TextInput label={t("field.reference")} error={form.errorOf("reference")} {...form.register("reference")} />
    </FormDialog>
  );
}
