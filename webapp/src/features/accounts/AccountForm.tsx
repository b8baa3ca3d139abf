import { Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { ChoiceInput } from "@/components/ChoiceInput";
import { Loaded } from "@/components/Loaded";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useProblemForm } from "@/components/useProblemForm";
import { accountLabel } from "@/lib/accountSearch";
import { accountsQuery, accountTypesQuery, changeAccount, createAccount } from "@/lib/api/accounts";
import { setUpChoicesQuery } from "@/lib/api/organizations";
import type { Account, AccountInput, AccountType } from "@/lib/api/types";
import { currencyChoices } from "@/lib/currencies";
import { atLeast, filled, z } from "@/lib/shapes";

import { possibleParents, typesByRoot } from "./chart";

interface Props {
  /** The account to edit; without one, a new account is made. */
  account?: Account | undefined;
  /** A new account stands under this one. */
  parent?: Account | undefined;
  accounts: readonly Account[];
  onClose: () => void;
}

export function AccountDialog(props: Props) {
  const { t } = useTranslation();
  const types = useQuery(accountTypesQuery);
  const title = props.account ? t("accounts.editTitle", { code: props.account.code }) : t("accounts.newTitle");
  return (
    <Modal opened onClose={props.onClose} title={title} closeButtonProps={{ "aria-label": t("action.close") }}>
      <Loaded query={types} lines={5}>
        {(known) => <AccountForm {...props} types={known} />}
      </Loaded>
    </Modal>
  );
}

function AccountForm({ account, parent, accounts, types, onClose }: Props & { types: AccountType[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const currencies = useQuery(setUpChoicesQuery).data?.currencies ?? [];
  const form = useProblemForm({
    schema: z.object({
      code: filled(t("form.required")),
      name: filled(t("form.required")),
      type: atLeast(1, t("form.required")),
      parent: z.nullable(z.string()),
      currency: z.nullable(z.string()),
      description: z.string(),
    }),
    defaultValues: {
      code: account?.code ?? "",
      name: account?.name ?? "",
      type: account?.type ?? parent?.type ?? "",
      parent: account?.parent ?? parent?.id ?? null,
      currency: account?.currency || null,
      description: account?.description ?? "",
    },
    send: (values) => {
      const body = { ...values, type: values.type as AccountInput["type"] };
      return account ? changeAccount(account.id, body) : createAccount(body);
    },
    onDone: async ({ code, name }) => {
      await client.invalidateQueries({ queryKey: accountsQuery.queryKey });
      notifications.show({ color: "ledger", message: t(account ? "accounts.saved" : "accounts.created", { code, name }) });
      onClose();
    },
  });
  const root = types.find(({ value }) => value === form.watch("type"))?.root;
  const groups = typesByRoot(types, account?.has_entries ? account.root : undefined);
  return (
    <form onSubmit={form.submit} noValidate>
      <Stack>
        <Group align="flex-start" wrap="nowrap">
          <TextInput label={t("accounts.code")} w={110} data-autofocus error={form.errorOf("code")} {...form.register("code")} />
          <TextInput label={t("accounts.name")} flex={1} error={form.errorOf("name")} {...form.register("name")} />
        </Group>
        <Controller
          control={form.control}
          name="type"
          render={({ field }) => (
            <ChoiceInput
              {...field}
              label={t("accounts.type")}
              description={account?.has_entries ? t("accounts.typeKept") : undefined}
              allowDeselect={false}
              data={groups.map(({ root: name, types: items }) => ({ group: t(`root.${name}`), items: items.map(({ value, label }) => ({ value, label })) }))}
              error={form.errorOf("type")}
              onChange={(value) => {
                field.onChange(value ?? "");
                const chosen = accounts.find(({ id }) => id === form.getValues("parent"));
                if (chosen && chosen.root !== types.find((type) => type.value === value)?.root) form.setValue("parent", null);
              }}
            />
          )}
        />
        <Controller
          control={form.control}
          name="parent"
          render={({ field }) => (
            <ChoiceInput
              {...field}
              label={t("accounts.parent")}
              placeholder={t("accounts.noParent")}
              clearable
              disabled={!root}
              data={possibleParents(accounts, root, account?.id).map((choice) => ({ value: choice.id, label: accountLabel(choice) }))}
              error={form.errorOf("parent")}
            />
          )}
        />
        <Controller
          control={form.control}
          name="currency"
          render={({ field }) => (
            <ChoiceInput
              {...field}
              label={t("accounts.currency")}
              placeholder={t("accounts.anyCurrency")}
              clearable
              data={currencyChoices(currencies)}
              error={form.errorOf("currency")}
            />
          )}
        />
        <Textarea label={t("accounts.description")} autosize minRows={2} maxRows={5} error={form.errorOf("description")} {...form.register("description")} />
        <ProblemAlert error={form.problem} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={form.isSending}>
            {account ? t("action.save") : t("accounts.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
