import { Anchor, Modal, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { History } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import { TextLink } from "@/components/links";
import type { Column, Filter } from "@/components/list/columns";
import { ListPage } from "@/components/list/ListPage";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import table from "@/components/table.module.css";
import { trailQuery } from "@/lib/api/activity";
import { membersQuery } from "@/lib/api/members";
import type { Activity } from "@/lib/api/types";
import { formatInstant } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";
import { placeOf } from "@/lib/sources";
import { changedFields, isRecord, wordOf } from "@/lib/trail";

const route = getRouteApi("/signed-in/shell/activity");

const BOOKS = [
  "invoice", "bill", "estimate", "sales_receipt", "credit_note", "purchase_order", "vendor_credit", "expense", "customer_opening", "vendor_opening",
  "payment_received", "bill_payment", "customer_refund", "vendor_refund", "manual_journal", "journal_entry", "account", "contact", "item", "price_list",
  "tax_return", "opening_balances", "revaluation",
] as const;
/** Kinds that have no page, and so no word among those of documents. */
const OTHERS = ["tax_rate", "period_lock", "fiscal_year", "exchange_rate", "currency", "number_series", "document_settings", "system_role"] as const;
const ORGANIZATION = ["organization", "member", "invitation", "api_key"] as const;

/** Who did what, and when: in the books, and with the organization itself. */
export function ActivityPage() {
  const { t } = useTranslation("data");
  const may = useAbilities();
  return may("activity.view") || may("organization_activity.view") ? <Trail /> : <NotAllowedPage title={t("activity.title")} />;
}

function Trail() {
  const { t } = useTranslation("data");
  const may = useAbilities();
  const { trail: asked, ...state } = route.useSearch();
  const navigate = route.useNavigate();
  const trail = asked === "organization" || !may("activity.view") ? "organization" : "books";
  const members = useQuery({ ...membersQuery, enabled: may("members.view") }).data?.results ?? [];
  const [shown, setShown] = useState<Activity | null>(null);
  const columns: Column<Activity>[] = [
    { id: "at", label: t("activity.at"), ordering: "at", kind: "date", phone: "aside", cell: (row) => formatInstant(row.at) },
    {
      id: "who",
      label: t("activity.who"),
      cell: (row) => (
        <>
          {row.user?.name ?? t("trail.system")}
          {/* The organization's trail has no keys. */}
          {(row as Partial<Activity>).api_key && <div className={table.quiet}>{t("trail.key", { name: row.api_key?.name })}</div>}
        </>
      ),
    },
    { id: "subject", label: t("activity.subject"), cell: (row) => <SubjectLink subject={row.subject} /> },
    { id: "verb", label: t("activity.verb"), cell: (row) => wordOf(row.verb) },
    { id: "summary", label: t("activity.summary"), phone: "wide", cell: (row) => <Summary step={row} onShow={() => setShown(row)} /> },
    { id: "request", label: t("activity.request"), optional: true, phone: "none", cell: (row) => <span className={table.quiet}>{row.request_id}</span> },
  ];
  const kinds = trail === "books" ? [...BOOKS, ...OTHERS] : ORGANIZATION;
  const filters: Filter[] = [
    { name: "subject", label: t("activity.subject"), input: { kind: "choice", choices: kinds.map((value) => ({ value, label: t(`subjectKind.${value as "tax_rate"}`, { defaultValue: t(`kind.${value as "invoice"}`) }) })) } },
    { name: "user", label: t("activity.who"), input: { kind: "choice", choices: members.map(({ user }) => ({ value: user.id, label: user.full_name || user.email })) } },
    { name: "at_from", label: t("activity.from"), input: { kind: "date" } },
    { name: "at_to", label: t("activity.to"), input: { kind: "date" } },
  ];
  const mayBoth = may("activity.view") && may("organization_activity.view");
  const tabs = {
    name: "trail",
    choices: [
      { value: "", label: t("activity.books") },
      { value: "organization", label: t("activity.organization") },
    ],
  };
  return (
    <>
      <ListPage
        name="activity"
        title={t("activity.title")}
        query={trailQuery(trail, state)}
        columns={columns}
        rowId={(row) => row.id}
        state={{ ...state, ...(trail === "organization" && { trail }) }}
        onState={(next) => void navigate({ search: next.trail === (trail === "organization" ? trail : undefined) ? next : { trail: next.trail as string | undefined }, replace: true })}
        {...(mayBoth && { tabs })}
        filters={filters}
        searchLabel={t("activity.search")}
        empty={<EmptyState icon={History} title={t("activity.empty")} />}
      />
      {shown && <ChangesDialog step={shown} onClose={() => setShown(null)} />}
    </>
  );
}

function SubjectLink({ subject }: { subject: Activity["subject"] }) {
  const { t } = useTranslation("data");
  const place = placeOf(subject.kind, subject.id ?? "");
  const kind = t(`subjectKind.${subject.kind as "tax_rate"}`, { defaultValue: t(`kind.${subject.kind as "invoice"}`, { defaultValue: wordOf(subject.kind) }) });
  const label = subject.label || kind;
  return (
    <>
      {place ? (
        <TextLink {...place} inherit>
          {label}
        </TextLink>
      ) : (
        label
      )}
      {label !== kind && <div className={table.quiet}>{kind}</div>}
    </>
  );
}

function Summary({ step, onShow }: { step: Activity; onShow: () => void }) {
  const { t } = useTranslation("data");
  const changed = changedFields(step);
  const hasDetails = isRecord(step.before) || isRecord(step.after);
  return (
    <>
      {step.summary}
      {hasDetails && (
        <div>
          <Anchor component="button" type="button" size="sm" onClick={onShow}>
            {changed.length ? t("activity.changes", { fields: changed.map((name) => wordOf(name).toLowerCase()).join(", ") }) : t("activity.details")}
          </Anchor>
        </div>
      )}
    </>
  );
}

/** What it was before and after, field by field, as the trail keeps it. */
function ChangesDialog({ step, onClose }: { step: Activity; onClose: () => void }) {
  const { t } = useTranslation("data");
  const before = isRecord(step.before) ? step.before : {};
  const after = isRecord(step.after) ? step.after : {};
  const changed = changedFields(step);
  const names = changed.length ? changed : [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return (
    <Modal opened onClose={onClose} title={t("activity.changesOf", { subject: step.subject.label })} size="lg" closeButtonProps={{ "aria-label": t("action.close") }}>
      <Text size="sm" c="dimmed" mb="xs">
        {t("trail.by", { at: formatInstant(step.at), who: step.user?.name ?? t("trail.system") })}
      </Text>
      <div className={table.scroll} tabIndex={0} role="group" aria-label={t("activity.details")}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t("activity.field")}</th>
              <th scope="col">{t("activity.before")}</th>
              <th scope="col">{t("activity.after")}</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row" style={{ background: "none", fontWeight: 400 }}>
                  {wordOf(name)}
                </th>
                <td style={{ overflowWrap: "anywhere" }}>{shownValue(before[name])}</td>
                <td style={{ overflowWrap: "anywhere" }}>{shownValue(after[name])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Modal>
  );
}

function shownValue(value: unknown): string {
  if (value === undefined || value === null || value === "") return "–";
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}
