import { type ComboboxItem, type OptionsFilter, Select, type SelectProps } from "@mantine/core";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

type Props = Omit<SelectProps, "searchable" | "filter" | "selectFirstOptionOnChange" | "nothingFoundMessage">;

/** What begins with the typed text comes first, so that Enter takes "EUR" for "eur" and not a name that contains it. */
const bestFirst: OptionsFilter = ({ options, search }) => {
  const typed = search.trim().toLowerCase();
  const rank = ({ label }: ComboboxItem) => (label.toLowerCase().startsWith(typed) ? 0 : 1);
  const matching = (items: ComboboxItem[]) => items.filter(({ label }) => label.toLowerCase().includes(typed)).sort((left, right) => rank(left) - rank(right));
  const groups = options.flatMap((option) => ("group" in option ? [{ ...option, items: matching(option.items) }] : []));
  const single = options.flatMap((option) => ("group" in option ? [] : [option]));
  return [...groups.filter(({ items }) => items.length), ...matching(single)];
};

/** One of many, found by typing. Typing replaces what is chosen, and Enter never sends the form with half a choice. */
export function ChoiceInput({ onBlur, onOptionSubmit, onDropdownOpen, onDropdownClose, ...rest }: Props) {
  const { t } = useTranslation();
  const isOpen = useRef(false);
  const isTyped = useRef(false); // without a choice since
  return (
    <Select
      searchable
      selectFirstOptionOnChange
      filter={bestFirst}
      nothingFoundMessage={t("form.nothingFound")}
      onFocus={(event) => event.currentTarget.select()}
      onClick={(event) => !isTyped.current && event.currentTarget.select()} // the mouse has just put a cursor into it
      onInput={() => (isTyped.current = true)}
      onKeyDown={(event) => event.key === "Enter" && (isOpen.current || isTyped.current) && event.preventDefault()}
      onOptionSubmit={(value) => {
        isTyped.current = false;
        onOptionSubmit?.(value);
      }}
      onDropdownOpen={() => {
        isOpen.current = true;
        onDropdownOpen?.();
      }}
      onDropdownClose={() => {
        isOpen.current = false;
        onDropdownClose?.();
      }}
      onBlur={(event) => {
        isTyped.current = false; // the choice is shown again
        onBlur?.(event);
      }}
      {...rest}
    />
  );
}
