import type { SelectProps } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { accountLabel } from "@/lib/accountSearch";
import { accountsQuery } from "@/lib/api/accounts";
import type { Account } from "@/lib/api/types";

import { ChoiceInput } from "./ChoiceInput";

interface Props extends Omit<SelectProps, "data"> {
  /** Which accounts fit; inactive ones never do, but the one that is chosen. */
  fits?: (account: Account) => boolean;
}

/** An account in a form, by typing its code or name. */
export function AccountInput({ fits = () => true, value, ...rest }: Props) {
  const accounts = useQuery(accountsQuery).data ?? [];
  const offered = accounts.filter((account) => account.id === value || (account.is_active && fits(account)));
  return <ChoiceInput allowDeselect={false} {...rest} value={value ?? null} data={offered.map((account) => ({ value: account.id, label: accountLabel(account) }))} />;
}
