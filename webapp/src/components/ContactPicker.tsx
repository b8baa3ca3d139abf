import { Combobox, Text, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { contactNameQuery, contactSearchQuery } from "@/lib/api/contacts";
import { toProblem } from "@/lib/api/problem";

import classes from "./AccountPicker.module.css";

const PAUSE = 150; // between typing and asking, in milliseconds

interface Found {
  id: string;
  name: string;
}

interface Props {
  /** Id of the chosen contact, or "". */
  value: string;
  onChange: (id: string) => void;
  /** After Enter: go on to the next field. */
  onEnter?: () => void;
  label: string;
  error?: string | undefined;
  variant?: "default" | "unstyled";
  className?: string | undefined;
  name?: string;
}

/** A contact by typing a part of its name or number: the server searches, Enter and leaving take its first match. */
export function ContactPicker({ value, onChange, onEnter, label, error, variant, className, name }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const chosen = useQuery({ ...contactNameQuery(value), enabled: value !== "" }).data;
  const [typed, setTyped] = useState<string | null>(null); // null: not searching, the chosen contact is shown
  const [fault, setFault] = useState(""); // why what was typed could not be taken
  const store = useCombobox({ onDropdownClose: () => store.resetSelectedOption() });
  const [search] = useDebouncedValue((typed ?? "").trim(), PAUSE);
  const offered = useQuery({ ...contactSearchQuery(search), enabled: store.dropdownOpened, placeholderData: keepPreviousData });
  const found = offered.data ?? [];

  const { selectFirstOption } = store;
  useEffect(() => {
    if (typed && offered.data) selectFirstOption(); // Enter takes the best match
  }, [typed, offered.data, selectFirstOption]);

  const choose = (contact: Found | undefined) => {
    if (contact) client.setQueryData(contactNameQuery(contact.id).queryKey, contact.name);
    onChange(contact?.id ?? "");
    store.closeDropdown();
  };
  const chosenFromList = (id: string) => {
    choose(found.find((contact) => contact.id === id));
    setTyped(null);
    setFault("");
    onEnter?.();
  };
  /** What matches nothing stays to be seen and corrected. */
  const settle = (wanted: string, best: Found | undefined): boolean => {
    choose(best);
    setFault(wanted && !best ? t("contactPicker.nothing", { typed: wanted }) : "");
    if (best || !wanted) setTyped((now) => (now === typed ? null : now));
    return Boolean(best) || !wanted;
  };
  /**
   * Takes the best match of what was typed; false if it is known that there is none. What was not asked yet is asked now,
   * and whoever types fast is not held up: a name that matches nobody is marked when the answer comes.
   */
  const take = (): boolean => {
    store.closeDropdown();
    if (typed === null) return true;
    const wanted = typed.trim();
    const known = wanted ? client.getQueryData(contactSearchQuery(wanted).queryKey) : [];
    if (known) return settle(wanted, known[0]);
    client.query(contactSearchQuery(wanted)).then(
      (answer) => settle(wanted, answer[0]),
      (problem: unknown) => setFault(toProblem(problem).message),
    );
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && typed !== null) setTyped(null);
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    const isListed = store.dropdownOpened && store.getSelectedOptionIndex() !== -1 && search === (typed ?? "").trim() && !offered.isPlaceholderData;
    if (isListed) return; // the list takes it
    event.preventDefault(); // it must not send the form around the field
    event.stopPropagation(); // nor take what an earlier search found
    if (take()) onEnter?.();
  };

  return (
    <Combobox store={store} onOptionSubmit={chosenFromList} withinPortal shadow="md" width="max-content" position="bottom-start">
      <Combobox.Target withExpandedAttribute>
        <TextInput
          name={name}
          aria-label={label}
          aria-invalid={Boolean(error) || Boolean(fault)}
          data-unknown={fault ? true : undefined} // a form around it does not send what names nobody
          placeholder={t("contactPicker.placeholder")}
          value={typed ?? (value ? (chosen ?? "") : "")}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setFault("");
            store.openDropdown();
          }}
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => store.openDropdown()}
          onBlur={take}
          onKeyDownCapture={onKeyDown}
          error={fault || error}
          variant={variant}
          className={className}
          autoComplete="off"
          spellCheck={false}
        />
      </Combobox.Target>
      <Combobox.Dropdown className={classes.dropdown}>
        <Combobox.Options className={classes.options} aria-label={t("contactPicker.contacts")}>
          {found.map((contact) => (
            <Combobox.Option key={contact.id} value={contact.id} active={contact.id === value}>
              {contact.name} {contact.number && <span className={classes.code}>{contact.number}</span>}
            </Combobox.Option>
          ))}
          {offered.data && !found.length && (
            <Combobox.Empty>
              <Text size="sm">{typed?.trim() ? t("contactPicker.nothing", { typed: typed.trim() }) : t("contactPicker.none")}</Text>
            </Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
