import { Button, Menu, Pill, Popover, Stack } from "@mantine/core";
import { ListFilter } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ChoiceInput } from "@/components/ChoiceInput";
import { ContactPicker } from "@/components/pickers/ContactPicker";
import { DateInput } from "@/components/DateInput";
import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { contactNameQuery } from "@/lib/api/contacts";
import { formatDate } from "@/lib/locale";

import type { Filter } from "./columns";
import type { ListState } from "./ListPage";

interface Props {
  filters: readonly Filter[];
  state: ListState;
  onState: (next: ListState) => void;
}

/** The filters in force as pills, and a menu of the others. */
export function FilterBar({ filters, state, onState }: Props) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<string | null>(null);
  if (!filters.length) return null;
  const set = (name: string, value: string | undefined) => onState({ ...state, [name]: value || undefined, page: undefined });
  const inForce = filters.filter(({ name }) => state[name] !== undefined);
  const wanted = filters.find(({ name }) => name === asked);
  return (
    <>
      {inForce.map((filter) => (
        <Pill key={filter.name} withRemoveButton size="md" onRemove={() => set(filter.name, undefined)} removeButtonProps={{ "aria-label": t("list.removeFilter", { filter: filter.label }), "aria-hidden": false, tabIndex: 0 }}>
          {filter.label}: <Value filter={filter} value={String(state[filter.name])} />
        </Pill>
      ))}
      <Popover opened={Boolean(wanted)} onChange={(isOpen) => !isOpen && setAsked(null)} position="bottom-start" trapFocus shadow="md" withRoles={false}>
        <Popover.Target>
          <span>
            <Menu position="bottom-start">
              <Menu.Target>
                <Button variant="default" size="xs" leftSection={<ListFilter size={14} />}>
                  {t("list.filter")}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {filters.map(({ name, label, input }) => (
                  <Menu.Item key={name} onClick={() => (input.kind === "yes" ? set(name, "true") : setAsked(name))}>
                    {label}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          </span>
        </Popover.Target>
        <Popover.Dropdown>
          {wanted && (
            <Stack gap="xs" miw={220}>
              <Input
                filter={wanted}
                value={String(state[wanted.name] ?? "")}
                onValue={(value) => {
                  set(wanted.name, value);
                  setAsked(null);
                }}
              />
            </Stack>
          )}
        </Popover.Dropdown>
      </Popover>
    </>
  );
}

function Value({ filter: { input }, value }: { filter: Filter; value: string }) {
  const { t } = useTranslation();
  const contact = useQuery({ ...contactNameQuery(value), enabled: input.kind === "contact" });
  switch (input.kind) {
    case "choice":
      return input.choices.find((choice) => choice.value === value)?.label ?? value;
    case "date":
      return formatDate(value);
    case "contact":
      return contact.data ?? "";
    case "yes":
      return t("list.yes");
    case "text":
      return value;
  }
}

function Input({ filter: { label, input }, value, onValue }: { filter: Filter; value: string; onValue: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  switch (input.kind) {
    case "choice":
      return <ChoiceInput label={label} data={[...input.choices]} value={value || null} onChange={(next) => onValue(next ?? "")} comboboxProps={{ withinPortal: false }} data-autofocus />;
    case "contact":
      return <ContactPicker label={label} value={value} onChange={onValue} />;
    case "date":
    case "text": {
      const Field = input.kind === "date" ? DateInput : TextInput;
      return (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onValue(typed);
          }}
        >
          <Field label={label} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} data-autofocus />
        </form>
      );
    }
    case "yes":
      return null;
  }
}
