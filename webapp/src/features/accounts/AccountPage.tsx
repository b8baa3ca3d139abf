import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ArrowLeft, BookOpenText, Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EmptyState } from "@/components/EmptyState";
import { EntrySourceLink } from "@/components/EntrySourceLink";
import { TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { LoadedPage } from "@/components/LoadedPage";
import { loadLater } from "@/components/loadLater";
import { Page, Sheet } from "@/components/Page";
import { Pager } from "@/components/Pager";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { accountsQuery, accountTypesQuery } from "@/lib/api/accounts";
import { accountEntriesQuery, JOURNALS_PER_PAGE } from "@/lib/api/journals";
import type { Account, JournalEntry } from "@/lib/api/types";
import { formatDate } from "@/lib/locale";
import { sum } from "@/lib/money";
import { useAbilities, useDecimals } from "@/lib/organization";
import { urls } from "@/lib/urls";

const AccountDialog = loadLater(() => import("./AccountForm").then((module) => module.AccountDialog));

const route = getRouteApi("/signed-in/shell/accounts/$accountId");

/** One account and what has been posted to it. */
export function AccountPage() {
  const { t } = useTranslation();
  const { accountId } = route.useParams();
  const accounts = useQuery(accountsQuery);
  return (
    <LoadedPage query={accounts} title={t("navigation.accounts")}>
      {(all) => {
        const account = all.find(({ id }) => id === accountId);
        if (account) return <KnownAccount account={account} accounts={all} />;
        return (
          <Page title={t("notFound.title")}>
            <Text>{t("accounts.unknown")}</Text>
          </Page>
        );
      }}
    </LoadedPage>
  );
}

function KnownAccount({ account, accounts }: { account: Account; accounts: Account[] }) {
  const { t } = useTranslation();
  const may = useAbilities();
  const [isEditing, setEditing] = useState(false);
  const { page = 1 } = route.useSearch();
  const navigate = route.useNavigate();
  const entries = useQuery(accountEntriesQuery(account.id, page));
  const type = useQuery(accountTypesQuery).data?.find(({ value }) => value === account.type)?.label;
  return (
    <Page
      title={`${account.code} · ${account.name}`}
      subtitle={
        <Group gap="xs">
          <span>{type}</span>
          {account.currency && <span>{account.currency}</span>}
          {!account.is_active && <StatusBadge tone="neutral">{t("accounts.inactive")}</StatusBadge>}
        </Group>
      }
      actions={
        <>
          <TextLink to={urls.accounts} size="sm">
            <Group gap={4} component="span">
              <ArrowLeft size={14} aria-hidden />
              {t("navigation.accounts")}
            </Group>
          </TextLink>
          {may("reports.view") && (
            <TextLink to={urls.ledgerLines} search={{ account: account.id, cursor: "last" }} size="sm">
              {t("accounts.ledgerLines")}
            </TextLink>
          )}
          {may("accounts.edit") && (
            <Button variant="default" leftSection={<Pencil size={15} />} onClick={() => setEditing(true)}>
              {t("action.edit")}
            </Button>
          )}
        </>
      }
    >
      {account.description && <Text size="sm">{account.description}</Text>}
      <Sheet>
        <Loaded query={entries}>
          {({ results, count }) => (
            <>
              {results.length ? <Entries account={account} entries={results} /> : <EmptyState icon={BookOpenText} title={t("accounts.noEntries")} />}
              <Pager count={count} page={page} pageSize={JOURNALS_PER_PAGE} onPage={(next) => void navigate({ search: { page: next } })} />
            </>
          )}
        </Loaded>
      </Sheet>
      {isEditing && <AccountDialog account={account} accounts={accounts} onClose={() => setEditing(false)} />}
    </Page>
  );
}

function Entries({ account, entries }: { account: Account; entries: JournalEntry[] }) {
  const { t } = useTranslation();
  const decimals = useDecimals();
  return (
    <table className={`${table.table} ${table.cards}`}>
      <thead>
        <tr>
          <th scope="col">{t("journals.date")}</th>
          <th scope="col">{t("entry.number")}</th>
          <th scope="col">{t("journals.memo")}</th>
          <th scope="col" className={table.amount}>
            {t("journals.debit")}
          </th>
          <th scope="col" className={table.amount}>
            {t("journals.credit")}
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => {
          const own = entry.lines.filter((line) => line.account.id === account.id);
          const description = own.map((line) => line.description).find(Boolean);
          return (
            <tr key={entry.id}>
              <td className={table.number}>{formatDate(entry.date)}</td>
              <td className={table.number}>
                <EntrySourceLink entry={entry} />
              </td>
              <td className={table.wide}>
                {entry.memo || description}
                {entry.memo && description && <span className={table.quiet}> · {description}</span>}
              </td>
              <td className={table.amount}>
                <Amount value={sum(own.map((line) => line.debit), decimals)} blankZero />
              </td>
              <td className={table.amount}>
                <Amount value={sum(own.map((line) => line.credit), decimals)} blankZero />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
