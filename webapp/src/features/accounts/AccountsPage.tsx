import { ActionIcon, Button, Menu, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { CirclePause, CirclePlay, EllipsisVertical, ListTree, Pencil, Plus, Search, Trash2 } from "lucide-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { loadLater } from "@/components/loadLater";
import { Page, Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { accountsQuery, accountTypesQuery, changeAccount, deleteAccount } from "@/lib/api/accounts";
import type { Account } from "@/lib/api/types";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import classes from "./AccountsPage.module.css";
import { matchingBranches, ROOTS } from "./chart";

const AccountDialog = loadLater(() => import("./AccountForm").then((module) => module.AccountDialog));

const route = getRouteApi("/signed-in/shell/accounts");

type Open = { kind: "new"; parent?: Account } | { kind: "edit" | "delete"; account: Account } | null;

export function AccountsPage() {
  const { t } = useTranslation();
  const accounts = useQuery(accountsQuery);
  const client = useQueryClient();
  const may = useAbilities();
  const navigate = route.useNavigate();
  const { search = "" } = route.useSearch();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <Page
      title={t("navigation.accounts")}
      actions={
        <>
          <TextInput
            aria-label={t("accounts.search")}
            placeholder={t("accounts.search")}
            leftSection={<Search size={15} />}
            value={search}
            onChange={({ currentTarget: { value } }) => void navigate({ search: { search: value || undefined }, replace: true })}
          />
          {may("accounts.create") && (
            <Button leftSection={<Plus size={16} />} onClick={() => setOpen({ kind: "new" })}>
              {t("accounts.new")}
            </Button>
          )}
        </>
      }
    >
      <Sheet>
        <Loaded query={accounts} lines={14}>
          {(all) => <Chart accounts={matchingBranches(all, search)} parents={new Set(all.map(({ parent }) => parent))} typed={search} onOpen={setOpen} />}
        </Loaded>
      </Sheet>
      {open?.kind === "new" && <AccountDialog accounts={accounts.data ?? []} parent={open.parent} onClose={close} />}
      {open?.kind === "edit" && <AccountDialog accounts={accounts.data ?? []} account={open.account} onClose={close} />}
      {open?.kind === "delete" && (
        <ConfirmDialog
          opened
          onClose={close}
          title={t("accounts.deleteTitle", { name: open.account.name })}
          text={t("accounts.deleteText")}
          confirmLabel={t("action.delete")}
          onConfirm={async () => {
            await deleteAccount(open.account.id);
            await client.invalidateQueries({ queryKey: accountsQuery.queryKey });
            notifications.show({ color: "ledger", message: t("accounts.deleted", { code: open.account.code, name: open.account.name }) });
          }}
        />
      )}
    </Page>
  );
}

interface ChartProps {
  accounts: Account[];
  /** Ids of the accounts that have others under them. */
  parents: ReadonlySet<string | null>;
  typed: string;
  onOpen: (open: Open) => void;
}

function Chart({ accounts, parents, typed, onOpen }: ChartProps) {
  const { t } = useTranslation();
  if (!accounts.length) {
    return typed ? <EmptyState icon={Search} title={t("accounts.nothing", { typed })} /> : <EmptyState icon={ListTree} title={t("accounts.empty")} text={t("accounts.emptyText")} />;
  }
  return (
    <table className={`${table.table} ${classes.chart}`}>
      <thead>
        <tr>
          <th scope="col">{t("accounts.code")}</th>
          <th scope="col">{t("accounts.name")}</th>
          <th scope="col" className={classes.type}>
            {t("accounts.type")}
          </th>
          <th scope="col" className={table.action}>
            <span className={classes.hidden}>{t("accounts.actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {ROOTS.map((root) => {
          const own = accounts.filter((account) => account.root === root);
          if (!own.length) return null;
          return (
            <Fragment key={root}>
              <tr className={classes.root}>
                <th colSpan={4} scope="rowgroup">
                  {t(`root.${root}`)}
                </th>
              </tr>
              {own.map((account) => (
                <Row key={account.id} account={account} isParent={parents.has(account.id)} onOpen={onOpen} />
              ))}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

interface RowProps {
  account: Account;
  isParent: boolean;
  onOpen: (open: Open) => void;
}

function Row({ account, isParent, onOpen }: RowProps) {
  const { t } = useTranslation();
  const type = useQuery(accountTypesQuery).data?.find(({ value }) => value === account.type)?.label ?? "";
  return (
    <tr data-inactive={!account.is_active || undefined} className={classes.account}>
      <td className={table.number}>{account.code}</td>
      <td>
        <div style={{ paddingInlineStart: `calc(${account.depth} * var(--indent))` }} className={classes.name}>
          <Link to={urls.account} params={{ accountId: account.id }} className={classes.link}>
            {account.name}
          </Link>
          {account.currency && <span className={table.quiet}>{account.currency}</span>}
          {!account.is_active && <StatusBadge tone="neutral">{t("accounts.inactive")}</StatusBadge>}
        </div>
      </td>
      <td className={`${table.quiet} ${classes.type}`}>{type}</td>
      <td className={table.action}>
        <RowMenu account={account} isParent={isParent} onOpen={onOpen} />
      </td>
    </tr>
  );
}

function RowMenu({ account, isParent, onOpen }: RowProps) {
  const { t } = useTranslation();
  const may = useAbilities();
  const client = useQueryClient();
  const toggle = useMutation({
    mutationFn: () => changeAccount(account.id, { is_active: !account.is_active }),
    onSuccess: () => client.invalidateQueries({ queryKey: accountsQuery.queryKey }),
    onError: (error) => notifications.show({ color: "red", title: account.name, message: <ProblemAlert error={error} />, autoClose: 8000 }),
  });
  if (!may("accounts.edit") && !may("accounts.create") && !may("accounts.delete")) return null;
  const hasRole = account.roles.length > 0; // the software itself posts to it
  const canDelete = may("accounts.delete") && !isParent && !account.has_entries && !hasRole;
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon aria-label={t("accounts.actionsFor", { name: account.name })} loading={toggle.isPending}>
          <EllipsisVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {may("accounts.edit") && (
          <Menu.Item leftSection={<Pencil size={15} />} onClick={() => onOpen({ kind: "edit", account })}>
            {t("action.edit")}
          </Menu.Item>
        )}
        {may("accounts.create") && (
          <Menu.Item leftSection={<Plus size={15} />} onClick={() => onOpen({ kind: "new", parent: account })}>
            {t("accounts.newBelow")}
          </Menu.Item>
        )}
        {may("accounts.edit") && !(account.is_active && hasRole) && (
          <Menu.Item leftSection={account.is_active ? <CirclePause size={15} /> : <CirclePlay size={15} />} onClick={() => toggle.mutate()}>
            {account.is_active ? t("accounts.deactivate") : t("accounts.activate")}
          </Menu.Item>
        )}
        {canDelete && (
          <Menu.Item color="red" leftSection={<Trash2 size={15} />} onClick={() => onOpen({ kind: "delete", account })}>
            {t("action.delete")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
