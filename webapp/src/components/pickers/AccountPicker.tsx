import { Combobox, Text, TextInput, useCombobox } from "@mantine/core";
import { type KeyboardEvent, type Ref, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { accountLabel, searchAccounts } from "@/lib/accountSearch";
import type { Account } from "@/lib/api/types";

import classes from "./Picker.module.css";

const MOST = 40;

interface Props {
  accounts: readonly Account[];
  /** Id of the chosen account, or "". */
  value: string;
  onChange: (id: string) => void;
  /** After Enter: go on to the next field. */
  onEnter?: () => void;
  label: string;
  error?: string | undefined;
  inputRef?: Ref<HTMLInputElement>;
  disabled?: boolean;
  variant?: "default" | "unstyled";
  className?: string | undefined;
  name?: string;
  /** What it will be if nothing is chosen; seen without the focus. */
  hint?: string | undefined;
}

/** An account by typing its code or a part of its name. */
export function AccountPicker({ accounts, value, onChange, onEnter, label, error, inputRef, disabled, variant, className, name, hint }: Props) {
  const { t } = useTranslation();
  const chosen = accounts.find(({ id }) => id === value);
  const [typed, setTyped] = useState<string | null>(null); // null: not searching, the chosen account is shown
  const store = useCombobox({ onDropdownClose: () => store.resetSelectedOption() });
  const found = searchAccounts(accounts.filter((account) => account.is_active || account.id === value), typed ?? "").slice(0, MOST);

  const isUnknown = Boolean(typed?.trim()) && !found.length && !store.dropdownOpened;
  const { selectFirstOption } = store;
  useEffect(() => {
    if (typed) selectFirstOption(); // Enter takes the best match
  }, [typed, selectFirstOption]);

  const choose = (id: string) => {
    onChange(id);
    setTyped(null);
    store.closeDropdown();
  };
  const chosenByEnter = (id: string) => {
    choose(id);
    onEnter?.();
  };
  /** Leaving the field takes the best match of what was typed. What matches nothing stays to be seen and corrected. */
  const leave = () => {
    store.closeDropdown();
    if (typed === null) return;
    const best = typed.trim() ? found[0] : undefined;
    onChange(best?.id ?? "");
    if (best || !typed.trim()) setTyped(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && typed !== null) setTyped(null);
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    if (store.dropdownOpened && store.getSelectedOptionIndex() !== -1) return; // the list takes it
    event.preventDefault(); // it must not send the form around the field
    leave();
    if (!typed?.trim() || found.length) onEnter?.();
  };

  return (
    <Combobox store={store} onOptionSubmit={chosenByEnter} withinPortal shadow="md" width="max-content" position="bottom-start">
      <Combobox.Target withExpandedAttribute>
        <TextInput
          ref={inputRef}
          name={name}
          aria-label={label}
          aria-invalid={Boolean(error) || isUnknown}
          placeholder={hint ?? t("accountPicker.placeholder")}
          data-hint={hint ? true : undefined}
          value={typed ?? (chosen ? accountLabel(chosen) : "")}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            store.openDropdown();
          }}
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => store.openDropdown()}
          onBlur={leave}
          onKeyDown={onKeyDown}
          error={isUnknown ? t("accountPicker.nothing", { typed }) : error}
          disabled={disabled}
          variant={variant}
          className={className}
          autoComplete="off"
          spellCheck={false}
        />
      </Combobox.Target>
      <Combobox.Dropdown className={classes.dropdown}>
        <Combobox.Options className={classes.options} aria-label={t("navigation.accounts")}>
          {found.map((account) => (
            <Combobox.Option key={account.id} value={account.id} active={account.id === value}>
              <span className={classes.option}>
                <span className={classes.code}>{account.code}</span>
                <span>{account.name}</span>
              </span>
            </Combobox.Option>
          ))}
          {!found.length && (
            <Combobox.Empty>
              <Text size="sm">{t("accountPicker.nothing", { typed })}</Text>
            </Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
