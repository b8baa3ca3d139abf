import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { Page } from "@/components/Page";
import { accountsQuery } from "@/lib/api/accounts";
import { contactQuery, openItemsQuery } from "@/lib/api/contacts";
import { paymentsQuery } from "@/lib/api/payments";
import { type PaymentKind, paymentKindAt } from "@/lib/kinds";
import { today } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";

import { begin } from "./beginning";
import { policyOf } from "./kinds";
import { PaymentForm } from "./PaymentForm";
import { UnknownKindPage } from "./UnknownKindPage";

const route = getRouteApi("/signed-in/shell/payments/$kind/new");

export function NewPaymentPage() {
  const { t } = useTranslation("payments");
  const may = useAbilities();
  const { kind: path } = route.useParams();
  const kind = paymentKindAt(path);
  if (!kind) return <UnknownKindPage />;
  if (!may(`${kind.subject}.create`)) return <NotAllowedPage title={t(`newTitle.${kind.value}`)} />;
  return <Prepared key={path} kind={kind} />;
}

/** All that the form begins with is asked for at once. */
function Prepared({ kind }: { kind: PaymentKind }) {
  const { t } = useTranslation("payments");
  const { base_currency, timezone } = useOrganization();
  const { contact = "", document } = route.useSearch();
  const [about] = useState({ contact, document }); // an address that is changed meanwhile takes nothing away
  const person = useQuery({ ...contactQuery(about.contact), enabled: about.contact !== "" });
  const items = useQuery({ ...openItemsQuery(about.contact, { side: kind.side }), enabled: about.contact !== "" });
  const accounts = useQuery(accountsQuery);
  const latest = useQuery(paymentsQuery(kind, {}));
  const [attempt, setAttempt] = useState(0);
  const waiting = [...(about.contact ? [person, items] : []), accounts, latest].find(({ data }) => data === undefined);
  if (waiting) {
    return (
      <Page title={t(`newTitle.${kind.value}`)}>
        <Loaded query={waiting as typeof accounts}>{() => null}</Loaded>
      </Page>
    );
  }
  const fits = (id: string | undefined) => accounts.data?.find((account) => account.id === id && account.is_active)?.id;
  const used = latest.data?.results[0]?.account.id;
  const bank = accounts.data?.find(({ type, is_active }) => is_active && policyOf(kind).moneyTypes.includes(type) && type === "bank")?.id;
  const initial = begin(
    { contact: about.contact, currency: person.data?.currency || base_currency, date: today(timezone), account: fits(used) ?? bank ?? null },
    items.data?.items ?? [],
    about.document,
  );
  return <PaymentForm key={attempt} kind={kind} initial={initial} onReload={() => setAttempt(attempt + 1)} />;
}
