import { Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { Fact, Facts } from "@/components/Facts";
import { Loaded } from "@/components/Loaded";
import { Sheet } from "@/components/Page";
import { Section } from "@/components/Section";
import table from "@/components/table.module.css";
import { accountLabel } from "@/lib/accountSearch";
import { accountsQuery } from "@/lib/api/accounts";
import { openItemsQuery } from "@/lib/api/contacts";
import { priceListChoicesQuery } from "@/lib/api/items";
import { setUpChoicesQuery } from "@/lib/api/organizations";
import { paymentTermsQuery } from "@/lib/api/paymentTerms";
import { taxRatesQuery } from "@/lib/api/taxes";
import type { Contact } from "@/lib/api/types";
import { formatDate, today } from "@/lib/locale";
import { sum } from "@/lib/money";
import { useAbilities, useDecimals, useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import classes from "./Overview.module.css";

/** Who it is, what stands between us, and what is decided for new documents. */
export function Overview({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  return (
    <div className={classes.overview}>
      <Balances contact={contact} />
      <Section title={t("details")}>
        <Sheet padded>
          <Details contact={contact} />
        </Sheet>
      </Section>
      {contact.persons.length > 0 && (
        <Section title={t("persons")}>
          <Sheet>
            <Persons contact={contact} />
          </Sheet>
        </Section>
      )}
      {contact.addresses.length > 0 && (
        <Section title={t("addresses")}>
          <Sheet padded>
            <Addresses contact={contact} />
          </Sheet>
        </Section>
      )}
      {contact.notes && (
        <Section title={t("field.notes")}>
          <Sheet padded>
            <Text size="sm" style={{ whiteSpace: "pre-line" }}>
              {contact.notes}
            </Text>
          </Sheet>
        </Section>
      )}
    </div>
  );
}

function Balances({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const { base_currency, timezone } = useOrganization();
  const decimals = useDecimals();
  const items = useQuery(openItemsQuery(contact.id));
  const day = today(timezone);
  return (
    <Sheet>
      <Loaded query={items} lines={2}>
        {({ items: open, receivable, payable }) => {
          const overdue = (side: "sales" | "purchases") =>
            sum(
              open.filter((item) => item.side === side && item.what === "document" && item.due_date && item.due_date < day).map(({ open_base }) => open_base),
              decimals,
            );
          return (
            <div className={classes.balances}>
              {contact.is_customer && <Balance label={t("owesUs")} amount={receivable} currency={base_currency} contact={contact.id} />}
              {contact.is_customer && <Balance label={t("overdue")} amount={overdue("sales")} currency={base_currency} contact={contact.id} />}
              {contact.is_vendor && <Balance label={t("weOwe")} amount={payable} currency={base_currency} contact={contact.id} />}
              {contact.is_vendor && <Balance label={t("overduePayable")} amount={overdue("purchases")} currency={base_currency} contact={contact.id} />}
              {contact.credit_limit !== null && <Balance label={t("field.credit_limit")} amount={contact.credit_limit} currency={base_currency} />}
            </div>
          );
        }}
      </Loaded>
    </Sheet>
  );
}

function Balance({ label, amount, currency, contact }: { label: string; amount: string; currency: string; contact?: string }) {
  const figure = (
    <>
      <Amount value={amount} /> <span className={classes.currency}>{currency}</span>
    </>
  );
  return (
    <div>
      <div className={classes.label}>{label}</div>
      <div className={classes.figure}>
        {contact ? (
          <Link to={urls.contact} params={{ contactId: contact }} search={{ tab: "open" }}>
            {figure}
          </Link>
        ) : (
          figure
        )}
      </div>
    </div>
  );
}

function Details({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const may = useAbilities();
  const terms = useQuery({ ...paymentTermsQuery, enabled: may("payment_terms.view") }).data ?? [];
  const own = terms.find(({ id }) => id === contact.payment_terms) ?? terms.find(({ is_default }) => is_default);
  const taxes = useQuery({ ...taxRatesQuery, enabled: may("tax_rates.view") && Boolean(contact.sales_tax ?? contact.purchase_tax) }).data ?? [];
  const tax = (id: string | null) => taxes.find((rate) => rate.id === id)?.name;
  const lists = useQuery({ ...priceListChoicesQuery, enabled: may("price_lists.view") && contact.price_list !== null }).data ?? [];
  const named = [contact.receivable_account, contact.payable_account, contact.income_account, contact.expense_account].some(Boolean);
  const accounts = useQuery({ ...accountsQuery, enabled: named && may("accounts.view") }).data ?? [];
  const account = (id: string | null) => {
    const found = accounts.find((one) => one.id === id);
    return found && accountLabel(found);
  };
  return (
    <Facts>
      <Fact name={t("field.company_name")}>{contact.company_name}</Fact>
      <Fact name={t("field.email")}>{contact.email && <Anchor href={`mailto:${contact.email}`} inherit>{contact.email}</Anchor>}</Fact>
      <Fact name={t("field.phone")}>{contact.phone && <Anchor href={`tel:${contact.phone.replace(/[^+\d]/g, "")}`} inherit><bdi>{contact.phone}</bdi></Anchor>}</Fact>
      <Fact name={t("field.website")}>{contact.website && <Anchor href={contact.website} target="_blank" rel="noreferrer" inherit>{contact.website.replace(/^https?:\/\//, "")}</Anchor>}</Fact>
      <Fact name={t("field.tax_number")}>{contact.tax_number && <bdi>{contact.tax_number}</bdi>}</Fact>
      <Fact name={t("field.language")}>{contact.language}</Fact>
      <Fact name={t("field.payment_terms")}>{own?.name}</Fact>
      <Fact name={t("field.price_list")}>{lists.find(({ id }) => id === contact.price_list)?.name}</Fact>
      <Fact name={t("field.sales_tax")}>{tax(contact.sales_tax)}</Fact>
      <Fact name={t("field.purchase_tax")}>{tax(contact.purchase_tax)}</Fact>
      <Fact name={t("field.receivable_account")}>{account(contact.receivable_account)}</Fact>
      <Fact name={t("field.payable_account")}>{account(contact.payable_account)}</Fact>
      <Fact name={t("field.income_account")}>{account(contact.income_account)}</Fact>
      <Fact name={t("field.expense_account")}>{account(contact.expense_account)}</Fact>
      <Fact name={t("since")}>{formatDate(contact.created_at.slice(0, 10))}</Fact>
    </Facts>
  );
}

function Persons({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  return (
    <table className={`${table.table} ${table.cards}`} aria-label={t("persons")}>
      <thead>
        <tr>
          <th scope="col">{t("person.name")}</th>
          <th scope="col">{t("person.role")}</th>
          <th scope="col">{t("person.email")}</th>
          <th scope="col">{t("person.phone")}</th>
        </tr>
      </thead>
      <tbody>
        {contact.persons.map((person) => (
          <tr key={person.id}>
            <td>{person.is_primary ? t("mainPerson", { name: person.name }) : person.name}</td>
            <td className={table.aside}>{person.role}</td>
            <td className={table.wide}>{person.email && <Anchor href={`mailto:${person.email}`} inherit>{person.email}</Anchor>}</td>
            <td className={table.wide}>
              <bdi>{person.phone}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Addresses({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const countries = useQuery(setUpChoicesQuery).data?.countries ?? [];
  return (
    <div className={classes.addresses}>
      {contact.addresses.map((address) => (
        <address key={address.id} className={classes.address}>
          <div className={classes.label}>{t(`addressKind.${address.kind}`)}</div>
          {[address.attention, address.street, [address.postal_code, address.city].filter(Boolean).join(" "), address.region, countries.find(({ value }) => value === address.country)?.label ?? address.country]
            .filter(Boolean)
            .join("\n")}
        </address>
      ))}
    </div>
  );
}
