import { Button, Group } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { Plus, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EmptyState } from "@/components/EmptyState";
import type { Column } from "@/components/list/columns";
import { ListPage, type ListState, ROWS_PER_PAGE } from "@/components/list/ListPage";
import { loadLater } from "@/components/loadLater";
import { StatusBadge } from "@/components/StatusBadge";
import { contactsQuery, type Side } from "@/lib/api/contacts";
import { exportList } from "@/lib/api/exportList";
import type { ContactRow } from "@/lib/api/types";
import { formatDate } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

const ContactDialog = loadLater(() => import("@/components/contacts/ContactDialog").then((module) => module.ContactDialog));

interface Props {
  side: Side;
  state: ListState;
  onState: (next: ListState) => void;
}

/** Without a word about it, those in use; the others are a tab away. */
const WHICH: Record<string, boolean | undefined> = { "": true, false: false, any: undefined };

/** Customers, or vendors. */
export function ContactsPage({ side, state, onState }: Props) {
  const { t } = useTranslation("contacts");
  const may = useAbilities();
  const navigate = useNavigate();
  const [isAdding, setAdding] = useState(false);
  const { search, ordering, page, is_active } = state;
  const isActive = WHICH[String(is_active ?? "")];
  const filter = {
    page_size: ROWS_PER_PAGE,
    balances: true,
    totals: true,
    ...(search && { search }),
    ...(ordering && { ordering }),
    ...(page && { page }),
    ...(isActive !== undefined && { is_active: isActive }),
  };
  const columns: Column<ContactRow>[] = [
    {
      id: "name",
      label: t("field.name"),
      ordering: "name",
      phone: "title",
      cell: (contact) => (
        <Group gap={8} component="span" display="inline-flex">
          {contact.name}
          {!contact.is_active && <StatusBadge tone="neutral">{t("inactive")}</StatusBadge>}
        </Group>
      ),
    },
    { id: "number", label: t("field.number"), ordering: "number", kind: "number", phone: "aside", cell: ({ number }) => number },
    { id: "email", label: t("field.email"), phone: "wide", cell: ({ email }) => email },
    { id: "phone", label: t("field.phone"), kind: "number", phone: "wide", cell: ({ phone }) => <bdi>{phone}</bdi> },
    { id: "tax_number", label: t("field.tax_number"), kind: "number", phone: "none", optional: true, cell: ({ tax_number }) => tax_number },
    { id: "company_name", label: t("field.company_name"), phone: "none", optional: true, cell: ({ company_name }) => company_name },
    { id: "currency", label: t("field.currency"), kind: "number", phone: "none", cell: ({ currency }) => currency },
    { id: "also", label: t("also"), phone: "none", cell: ({ is_customer, is_vendor }) => (side === "sales" ? is_vendor && t("field.is_vendor") : is_customer && t("field.is_customer")) },
    {
      id: "balance",
      label: t(side === "sales" ? "owesUs" : "weOwe"),
      kind: "amount",
      totalOf: "total",
      phone: "aside",
      cell: ({ receivable, payable }) => <Amount value={(side === "sales" ? receivable : payable) ?? "0"} blankZero />,
    },
    { id: "created_at", label: t("since"), ordering: "created_at", kind: "date", phone: "none", optional: true, cell: ({ created_at }) => formatDate(created_at.slice(0, 10)) },
  ];
  const add = may("contacts.create") && (
    <Button leftSection={<Plus size={16} />} onClick={() => setAdding(true)}>
      {t(side === "sales" ? "newCustomer" : "newVendor")}
    </Button>
  );
  return (
    <>
      <ListPage
        name={side === "sales" ? "customers" : "vendors"}
        title={t(side === "sales" ? "navigation.customers" : "navigation.vendors")}
        actions={add}
        query={contactsQuery(side, filter)}
        columns={columns}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        rowLink={({ id }) => ({ to: urls.contact, params: { contactId: id } })}
        state={state}
        onState={onState}
        tabs={{
          name: "is_active",
          choices: [
            { value: "", label: t("tab.active") },
            { value: "false", label: t("tab.inactive") },
            { value: "any", label: t("tab.all") },
          ],
        }}
        searchLabel={t("search")}
        onExport={(format) => exportList(side === "sales" ? "/api/customers" : "/api/vendors", filter, format)}
        empty={<EmptyState icon={Users} title={t(side === "sales" ? "noCustomers" : "noVendors")} text={t(side === "sales" ? "noCustomersText" : "noVendorsText")} action={add} />}
      />
      {isAdding && <ContactDialog begin={{ side }} onClose={() => setAdding(false)} onDone={({ id }) => void navigate({ to: urls.contact, params: { contactId: id } })} />}
    </>
  );
}
