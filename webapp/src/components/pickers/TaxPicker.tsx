import { Combobox, Text, TextInput, useCombobox } from "@mantine/core";
import { type KeyboardEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { searchAccounts } from "@/lib/accountSearch";
import type { Side } from "@/lib/api/contacts";
import type { TaxRate } from "@/lib/api/types";

import classes from "./Picker.module.css";
import type { PickerProps } from "./SearchPicker";

const NO_TAX = "none";
const PLUS = " + ";

interface Props extends PickerProps {
  rates: readonly TaxRate[];
  side: Side;
  /** Ids of the rates, in the order they are charged. */
  value: readonly string[];
  onChange: (ids: string[]) => void;
}

/**
 * The taxes of a line by their codes. Typing searches and takes the place of what is there; after a plus sign, another
 * tax is added to it: "S20 + W5".
 */
export function TaxPicker({ rates, side, value, onChange, onEnter, label, withLabel = false, error, variant, className, name, disabled, placeholder }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const store = useCombobox({ onDropdownClose: () => store.resetSelectedOption() });
  const { selectFirstOption } = store;

  const fits = rates.filter((rate) => rate.is_active && (side === "sales" ? rate.is_for_sales : rate.is_for_purchases));
  const parts = (typed ?? "").split("+");
  const wanted = (parts.at(-1) ?? "").trim();
  const kept = parts.slice(0, -1).flatMap((part) => fits.find(({ code }) => code.toLowerCase() === part.trim().toLowerCase())?.id ?? []);
  const offered = searchAccounts(fits, wanted).filter(({ id }) => !kept.includes(id));
  const isUnknown = Boolean(wanted) && !offered.length && !store.dropdownOpened;
  const shown = value.map((id) => rates.find((rate) => rate.id === id)?.code ?? "").join(PLUS);

  useEffect(() => {
    if (typed) selectFirstOption();
  }, [typed, selectFirstOption]);

  const settle = (ids: string[]) => {
    onChange(ids);
    setTyped(null);
    store.closeDropdown();
  };

  const chosenFromList = (id: string) => {
    settle(id === NO_TAX ? [] : [...kept, id]);
    onEnter?.();
  };

  /** Leaving takes the best match; an emptied field is no tax. */
  const leave = () => {
    store.closeDropdown();
    if (typed === null) return;
    const best = wanted ? offered[0] : undefined;
    if (wanted && !best) return;
    settle(best ? [...kept, best.id] : kept);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && typed !== null) setTyped(null);
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    if (store.dropdownOpened && store.getSelectedOptionIndex() !== -1) return; // the list takes it
    event.preventDefault();
    leave();
    if (!wanted || offered.length) onEnter?.();
  };

  return (
    <Combobox store={store} onOptionSubmit={chosenFromList} withinPortal shadow="md" width="max-content" position="bottom-start">
      <Combobox.Target withExpandedAttribute>
        <TextInput
          name={name}
          {...(withLabel ? { label } : { "aria-label": label })}
          aria-invalid={Boolean(error) || isUnknown}
          data-unknown={isUnknown || undefined}
          placeholder={placeholder ?? t("taxPicker.placeholder")}
          value={typed ?? shown}
          title={value.map((id) => rates.find((rate) => rate.id === id)?.name ?? "").join(PLUS)}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            store.openDropdown();
          }}
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => store.openDropdown()}
          onBlur={leave}
          onKeyDown={onKeyDown}
          error={isUnknown ? t("taxPicker.nothing", { typed: wanted }) : error}
          disabled={disabled}
          variant={variant}
          className={className}
          autoComplete="off"
          spellCheck={false}
        />
      </Combobox.Target>
      <Combobox.Dropdown className={classes.dropdown}>
        <Combobox.Options className={classes.options} aria-label={t("taxPicker.rates")}>
          {offered.map(({ id, code, name: rateName }) => (
            <Combobox.Option key={id} value={id} active={value.includes(id)}>
              <span className={classes.option}>
                <span className={classes.code}>{code}</span>
                <span>{rateName}</span>
              </span>
            </Combobox.Option>
          ))}
          {!wanted && !kept.length && <Combobox.Option value={NO_TAX}>{t("taxPicker.none")}</Combobox.Option>}
          {!offered.length && (
            <Combobox.Empty>
              <Text size="sm">{t("taxPicker.nothing", { typed: wanted })}</Text>
            </Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
