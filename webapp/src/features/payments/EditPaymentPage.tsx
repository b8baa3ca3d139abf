import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Navigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { Page } from "@/components/Page";
import { openItemsQuery } from "@/lib/api/contacts";
import { paymentQuery } from "@/lib/api/payments";
import { type PaymentKind, paymentKindAt } from "@/lib/kinds";
import { useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { beginWith, ownRows } from "./beginning";
import { PaymentForm } from "./PaymentForm";
import { UnknownKindPage } from "./UnknownKindPage";

const route = getRouteApi("/signed-in/shell/payments/$kind/$paymentId/edit");

export function EditPaymentPage() {
  const { kind: path, paymentId } = route.useParams();
  const kind = paymentKindAt(path);
  return kind ? <Edited key={paymentId} kind={kind} id={paymentId} /> : <UnknownKindPage />;
}

function Edited({ kind, id }: { kind: PaymentKind; id: string }) {
  const { t } = useTranslation("payments");
  const { base_currency } = useOrganization();
  const payment = useQuery(paymentQuery(kind, id));
  const contact = payment.data?.contact.id ?? "";
  const items = useQuery({ ...openItemsQuery(contact, { side: kind.side }), enabled: contact !== "" });
  const [attempt, setAttempt] = useState(0);
  if (!payment.data || !items.data) {
    return (
      <Page title={t(`kind.${kind.value}`)}>
        <Loaded query={payment.data ? (items as unknown as typeof payment) : payment}>{() => null}</Loaded>
      </Page>
    );
  }
  if (payment.data.status === "void") return <Navigate to={urls.payment} params={{ kind: kind.path, paymentId: id }} replace />;
  const reload = async () => {
    await payment.refetch();
    setAttempt(attempt + 1);
  };
  return <PaymentForm key={attempt} kind={kind} payment={payment.data} own={ownRows(payment.data)} initial={beginWith(payment.data, base_currency)} onReload={() => void reload()} />;
}
