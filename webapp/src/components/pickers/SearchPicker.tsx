import { Combobox, Text, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, type QueryKey, type UseQueryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type Ref, useEffect, useState } from "react";

import { toProblem } from "@/lib/api/problem";

import classes from "./Picker.module.css";

const PAUSE = 150; // between typing and asking, in milliseconds
const CREATE = "create";

interface Offer {
  id: string;
  name: string;
}

/** What every picker of one thing takes. */
export interface PickerProps {
  label: string;
  /** After Enter: go on to the next field. */
  onEnter?: (() => void) | undefined;
  error?: string | undefined;
  /** The label stands above the field; otherwise it is only spoken. */
  withLabel?: boolean;
  variant?: "default" | "unstyled";
  className?: string | undefined;
  name?: string;
  disabled?: boolean;
  autoFocus?: boolean;
  inputRef?: Ref<HTMLInputElement>;
  placeholder?: string;
}

interface Props<Found extends Offer, Key extends QueryKey> extends PickerProps {
  value: string;
  /** What is chosen, in words; empty until it is known. */
  chosen: string;
  /** What matches the typed text, best first. */
  searchQuery: (typed: string) => UseQueryOptions<Found[], Error, Found[], Key>;
  onChoose: (found: Found | undefined) => void;
  option?: (found: Found) => ReactNode;
  texts: { placeholder: string; list: string; none: string; nothing: (typed: string) => string; create?: (typed: string) => string };
  /** Offers to make what is not there yet. */
  onCreate?: ((typed: string) => void) | undefined;
}

/** One of many things by typing a part of its name: the server searches, Enter and leaving take the first match. */
export function SearchPicker<Found extends Offer, Key extends QueryKey>(props: Props<Found, Key>) {
  const { value, chosen, searchQuery, onChoose, option, texts, onCreate, onEnter, label, withLabel = false, error, variant, className, name, disabled, autoFocus, inputRef, placeholder } = props;
  const client = useQueryClient();
  const [typed, setTyped] = useState<string | null>(null); // null: not searching, what is chosen is shown
  const [fault, setFault] = useState(""); // why what was typed could not be taken
  const store = useCombobox({ onDropdownClose: () => store.resetSelectedOption() });
  const [search] = useDebouncedValue((typed ?? "").trim(), PAUSE);
  const offered = useQuery({ ...searchQuery(search), enabled: store.dropdownOpened, placeholderData: keepPreviousData });
  const found = offered.data ?? [];
  const { selectFirstOption } = store;

  useEffect(() => {
    if (typed && offered.data) selectFirstOption(); // Enter takes the best match
  }, [typed, offered.data, selectFirstOption]);

  const choose = (one: Found | undefined) => {
    onChoose(one);
    store.closeDropdown();
  };

  const chosenFromList = (id: string) => {
    if (id === CREATE) {
      store.closeDropdown();
      onCreate?.((typed ?? "").trim());
      setTyped(null);
      setFault("");
      return;
    }
    choose(found.find((one) => one.id === id));
    setTyped(null);
    setFault("");
    onEnter?.();
  };

  /** What matches nothing stays to be seen and corrected. */
  const settle = (wanted: string, best: Found | undefined): boolean => {
    choose(best);
    setFault(wanted && !best ? texts.nothing(wanted) : "");
    if (best || !wanted) setTyped((now) => (now === typed ? null : now));
    return Boolean(best) || !wanted;
  };

  /**
   * Takes the best match of what was typed; false if it is known that there is none. What was not asked yet is asked now,
   * and whoever types fast is not held up: a name that matches nothing is marked when the answer comes.
   */
  const take = (): boolean => {
    store.closeDropdown();
    if (typed === null) return true;
    const wanted = typed.trim();
    const known = wanted ? client.getQueryData<Found[]>(searchQuery(wanted).queryKey) : [];
    if (known) return settle(wanted, known[0]);
    client.query<Found[]>(searchQuery(wanted) as never).then(
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
    const isAtRest = typed === null && !store.dropdownOpened;
    if (!isAtRest || onEnter) event.stopPropagation(); // nor take what an earlier search found
    const wanted = (typed ?? "").trim();
    // Typed faster than the answer came: it was said that there is none, and Enter once more adds it.
    if (onCreate && wanted && fault === texts.nothing(wanted)) chosenFromList(CREATE);
    else if (take()) onEnter?.();
  };

  return (
    <Combobox store={store} onOptionSubmit={chosenFromList} withinPortal shadow="md" width="max-content" position="bottom-start">
      <Combobox.Target withExpandedAttribute>
        <TextInput
          ref={inputRef}
          name={name}
          {...(withLabel ? { label } : { "aria-label": label })}
          aria-invalid={Boolean(error) || Boolean(fault)}
          data-unknown={fault ? true : undefined} // a form around it does not send what is nothing
          placeholder={placeholder ?? texts.placeholder}
          data-hint={placeholder ? true : undefined} // shown in a grid too, where no heading says what the field is
          value={typed ?? (value ? chosen : "")}
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
          disabled={disabled}
          autoFocus={autoFocus}
          autoComplete="off"
          spellCheck={false}
        />
      </Combobox.Target>
      <Combobox.Dropdown className={classes.dropdown}>
        <Combobox.Options className={classes.options} aria-label={texts.list}>
          {found.map((one) => (
            <Combobox.Option key={one.id} value={one.id} active={one.id === value}>
              {option?.(one) ?? one.name}
            </Combobox.Option>
          ))}
          {onCreate && (
            <Combobox.Option value={CREATE} className={classes.create}>
              <Plus size={14} aria-hidden /> {texts.create?.((typed ?? "").trim())}
            </Combobox.Option>
          )}
          {offered.data && !found.length && (
            <Combobox.Empty>
              <Text size="sm">{typed?.trim() ? texts.nothing(typed.trim()) : texts.none}</Text>
            </Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
