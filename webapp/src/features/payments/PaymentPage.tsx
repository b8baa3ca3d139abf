import { Button, Group, Text, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Ban, Pencil, Split, Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ActivityTrail } from "@/components/ActivityTrail";
import { Amount } from "@/components/Amount";
import { Fact, Facts } from "@/components/Facts";
import { JournalEntries } from "@/components/JournalEntries";
import { ButtonLink, TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { LoadedPage } from "@/components/LoadedPage";
import { loadLater } from "@/components/loadLater";
import { Page, Sheet } from "@/components/Page";
import { Section } from "@/components/Section";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { shortNumber } from "@/lib/amounts";
import type { Tagged } from "@/lib/api/client";
import { paymentJournalQuery, paymentQuery } from "@/lib/api/payments";
import type { Allocation, Payment } from "@/lib/api/types";
import { PAYMENT_KINDS, type PaymentKind, paymentKindAt } from "@/lib/kinds";
import { formatDate, formatInstant } from "@/lib/locale";
import { isZero } from "@/lib/money";
import { useAbilities, useOrganization } from "@/lib/organization";
import { placeOf } from "@/lib/sources";
import { urls } from "@/lib/urls";

import { policyOf } from "./kinds";
import { UnknownKindPage } from "./UnknownKindPage";

const VoidDialog = loadLater(() => import("./VoidDialog").then((module) => module.VoidDialog));
const UnapplyDialog = loadLater(() => import("./UnapplyDialog").then((module) => module.UnapplyDialog));
const ApplyPaymentDialog = loadLater(() => import("./ApplyPaymentDialog").then((module) => module.ApplyPaymentDialog));
const RefundDialog = loadLater(() => import("./RefundDialog").then((module) => module.RefundDialog));

const route = getRouteApi("/signed-in/shell/payments/$kind/$paymentId");

export function PaymentPage() {
  const { kind: path, paymentId } = route.useParams();
  const kind = paymentKindAt(path);
  return kind ? <Asked key={paymentId} kind={kind} id={paymentId} /> : <UnknownKindPage />;
}

function Asked({ kind, id }: { kind: PaymentKind; id: string }) {
  const { t } = useTranslation("payments");
  const payment = useQuery(paymentQuery(kind, id));
  return (
    <LoadedPage query={payment} title={t(`kind.${kind.value}`)}>
      {(known) => <KnownPayment kind={kind} payment={known} />}
    </LoadedPage>
  );
}

interface KnownProps {
  kind: PaymentKind;
  payment: Payment & Tagged;
}

function KnownPayment({ kind, payment }: KnownProps) {
  const { t } = useTranslation("payments");
  const may = useAbilities();
  const { base_currency } = useOrganization();
  const policy = policyOf(kind);
  const journal = useQuery({ ...paymentJournalQuery(kind, payment.id), enabled: may("journal_entries.view") });
  const foreign = payment.currency !== base_currency;
  return (
    <Page
      title={t("titled", { kind: t(`kind.${kind.value}`), number: payment.number })}
      subtitle={
        <Group gap="xs">
          {payment.status === "void" ? <StatusBadge tone="neutral">{t("status.void")}</StatusBadge> : <StatusBadge tone="good">{t("status.posted")}</StatusBadge>}
          {payment.status === "posted" && policy.leavesCredit && !isZero(payment.unallocated) && <StatusBadge tone="waiting">{t("hasCredit")}</StatusBadge>}
        </Group>
      }
      actions={<Actions kind={kind} payment={payment} />}
    >
      <Sheet padded>
        <Facts>
          <Fact name={t(policy.contactLabel)}>
            <TextLink to={urls.contact} params={{ contactId: payment.contact.id }} inherit>
              {payment.contact.name}
            </TextLink>
          </Fact>
          <Fact name={t("date")}>{formatDate(payment.date)}</Fact>
          <Fact name={t("amount")}>
            <Money value={payment.amount} currency={payment.currency} />
          </Fact>
          <Fact name={t(policy.accountLabel)}>
            <TextLink to={urls.account} params={{ accountId: payment.account.id }} inherit>
              {payment.account.name}
            </TextLink>
          </Fact>
          {foreign && <Fact name={t("rate")}>{t("rateIs", { currency: payment.currency, rate: shortNumber(payment.rate), base: base_currency })}</Fact>}
          {foreign && (
            <Fact name={t("inBase", { currency: base_currency })}>
              <Amount value={payment.base_amount} />
            </Fact>
          )}
          {!isZero(payment.bank_charges) && (
            <Fact name={t("charges")}>
              <Money value={payment.bank_charges} currency={payment.currency} />
            </Fact>
          )}
          {(payment.bank_currency !== payment.currency || !isZero(payment.bank_charges)) && (
            <Fact name={t(policy.bankAmountLabel, { currency: payment.bank_currency })}>
              <Amount value={payment.bank_amount} />
            </Fact>
          )}
          {policy.leavesCredit && (
            <Fact name={t("creditLeft")}>
              <Money value={payment.unallocated} currency={payment.currency} />
            </Fact>
          )}
          <Fact name={t("method")}>{payment.method}</Fact>
          <Fact name={t("reference")}>{payment.reference}</Fact>
          <Fact name={t("recordedBy")}>{t("at", { at: formatInstant(payment.created_at), who: payment.created_by })}</Fact>
          {payment.voided_at && <Fact name={t("voidedAt")}>{formatInstant(payment.voided_at)}</Fact>}
          <Fact name={t("notes")}>{payment.notes && <span style={{ whiteSpace: "pre-line" }}>{payment.notes}</span>}</Fact>
        </Facts>
      </Sheet>
      <Section title={t("allocations")}>
        <Sheet>
          {payment.allocations.length ? (
            <Allocations kind={kind} payment={payment} />
          ) : (
            <Text size="sm" c="dimmed" p="md">
              {t("nothingSettled")}
            </Text>
          )}
        </Sheet>
      </Section>
      {may("journal_entries.view") && (
        <Section title={t("entries")}>
          <Loaded query={journal} lines={3}>
            {(entries) => <JournalEntries entries={entries} />}
          </Loaded>
        </Section>
      )}
      {may("activity.view") && (
        <Section title={t("activity")}>
          <Sheet>
            <ActivityTrail subject={kind.value} id={payment.id} />
          </Sheet>
        </Section>
      )}
    </Page>
  );
}

function Money({ value, currency }: { value: string; currency: string }) {
  return (
    <>
      <Amount value={value} />{" "}
      <Text span size="xs" c="dimmed">
        {currency}
      </Text>
    </>
  );
}

/** What it settles, and what was taken back of that. */
function Allocations({ kind, payment }: KnownProps) {
  const { t } = useTranslation("payments");
  const may = useAbilities();
  const { base_currency } = useOrganization();
  const [unapplied, setUnapplied] = useState<Allocation | null>(null);
  const mayUnapply = payment.status === "posted" && policyOf(kind).leavesCredit && may(`${kind.subject}.edit`);
  return (
    <>
      <div className={table.scroll}>
        <table className={`${table.table} ${table.cards}`} aria-label={t("allocations")}>
          <thead>
            <tr>
              <th scope="col">{t("allocation.what")}</th>
              <th scope="col">{t("date")}</th>
              <th scope="col" className={table.amount}>
                {t("settledAmount")}
              </th>
              <th scope="col" className={table.amount}>
                {t("allocation.withheld")}
              </th>
              <th scope="col" className={table.amount}>
                {t("difference", { currency: base_currency })}
              </th>
              <th scope="col" className={table.action}>
                      <VisuallyHidden>{t("unapply")}</VisuallyHidden>
                    </th>
            </tr>
          </thead>
          <tbody>
            {payment.allocations.map((allocation) => {
              const isOther = allocation.target.kind === kind.value && allocation.target.id === payment.id; // something else took of its credit
              const end = isOther ? allocation.source : allocation.target;
              const place = end ? placeOf(end.kind, end.id) : undefined;
              const name = end ? t("titled", { kind: t(`kind.${end.kind as "invoice"}`), number: end.number }) : "";
              return (
                <tr key={allocation.id}>
                  <td>
                    {place ? (
                      <TextLink {...place} inherit>
                        {name}
                      </TextLink>
                    ) : (
                      name
                    )}{" "}
                    {allocation.reverses && <StatusBadge tone="neutral">{t("takenBack")}</StatusBadge>}
                    {!allocation.stands && !allocation.reverses && <StatusBadge tone="neutral">{t("wasTakenBack")}</StatusBadge>}
                    {allocation.reason && <span className={table.quiet}> · {allocation.reason}</span>}
                  </td>
                  <td className={`${table.number} ${table.aside}`}>{formatDate(allocation.date)}</td>
                  <td className={table.amount}>
                    <Money value={allocation.amount} currency={allocation.currency} />
                  </td>
                  <td className={table.amount}>
                    <Amount value={allocation.withheld} blankZero />
                  </td>
                  <td className={table.amount}>
                    <Amount value={allocation.realized_difference} blankZero />
                  </td>
                  <td className={table.action}>
                    {mayUnapply && allocation.stands && !isOther && (
                      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setUnapplied(allocation)} aria-label={t("unapplyFrom", { name })}>
                        {t("unapply")}
                      </Button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {unapplied && <UnapplyDialog kind={kind} payment={payment} allocation={unapplied} onClose={() => setUnapplied(null)} />}
    </>
  );
}

/** What can be done with it. */
function Actions({ kind, payment }: KnownProps) {
  const { t } = useTranslation("payments");
  const may = useAbilities();
  const [open, setOpen] = useState<"void" | "apply" | "refund" | null>(null);
  const close = () => setOpen(null);
  if (payment.status === "void") return null;
  const refundKind = PAYMENT_KINDS.find(({ side, value }) => side === kind.side && value.endsWith("refund"));
  const hasCredit = policyOf(kind).leavesCredit && !isZero(payment.unallocated);
  return (
    <>
      {may(`${kind.subject}.void`) && (
        <Button variant="default" leftSection={<Ban size={15} />} onClick={() => setOpen("void")}>
          {t("void")}
        </Button>
      )}
      {may(`${kind.subject}.edit`) && (
        <ButtonLink to={urls.editPayment} params={{ kind: kind.path, paymentId: payment.id }} variant="default" leftSection={<Pencil size={15} />}>
          {t("action.edit")}
        </ButtonLink>
      )}
      {hasCredit && refundKind && may(`${refundKind.subject}.create`) && (
        <Button variant="default" leftSection={<Undo2 size={15} />} onClick={() => setOpen("refund")}>
          {t("refund")}
        </Button>
      )}
      {hasCredit && may(`${kind.subject}.edit`) && (
        <Button leftSection={<Split size={15} />} onClick={() => setOpen("apply")}>
          {t("apply")}
        </Button>
      )}
      {open === "void" && <VoidDialog kind={kind} payment={payment} onClose={close} />}
      {open === "apply" && <ApplyPaymentDialog kind={kind} payment={payment} onClose={close} />}
      {open === "refund" && refundKind && <RefundDialog kind={kind} refundKind={refundKind} payment={payment} onClose={close} />}
    </>
  );
}
