import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ApplyDialog } from "@/components/allocation/ApplyDialog";
import { openItemsQuery } from "@/lib/api/contacts";
import { booksChanged } from "@/lib/api/journals";
import { applyPayment } from "@/lib/api/payments";
import type { Payment } from "@/lib/api/types";
import type { PaymentKind } from "@/lib/kinds";

interface Props {
  kind: PaymentKind;
  payment: Payment;
  onClose: () => void;
}

/** Settles documents with what is left of a payment. */
export function ApplyPaymentDialog({ kind, payment, onClose }: Props) {
  const { t } = useTranslation("payments");
  const client = useQueryClient();
  return (
    <ApplyDialog
      title={t("applyTitle", { number: payment.number })}
      items={useQuery(openItemsQuery(payment.contact.id, { side: kind.side }))}
      available={payment.unallocated}
      currency={payment.currency}
      withholds
      texts={{ nothing: t("nothingToApply"), date: t("applyDate"), dateHint: t("applyDateHint"), left: t("creditLeftThen"), over: t("overBy"), submit: t("apply") }}
      apply={(body) => applyPayment(kind, payment.id, body)}
      onApplied={async () => {
        await booksChanged(client);
        notifications.show({ color: "ledger", message: t("applied", { number: payment.number }) });
        onClose();
      }}
      onClose={onClose}
    />
  );
}
