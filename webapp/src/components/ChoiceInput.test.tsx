import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import { ChoiceInput } from "./ChoiceInput";

const CURRENCIES = [
  { value: "CHE", label: "CHE · WIR Euro" },
  { value: "CZK", label: "CZK · Czech Koruna" },
  { value: "EUR", label: "EUR · Euro" },
];

function show(defaultValue: string | null) {
  const onSubmit = vi.fn((event: { preventDefault: () => void }) => event.preventDefault());
  const onChange = vi.fn();
  render(
    <MantineProvider env="test">
      <form onSubmit={onSubmit}>
        <ChoiceInput label="Currency" data={CURRENCIES} defaultValue={defaultValue} onChange={onChange} />
      </form>
    </MantineProvider>,
  );
  return { field: screen.getByRole<HTMLInputElement>("combobox", { name: "Currency" }), onSubmit, onChange };
}

it("takes the code that was typed, before names that contain it", async () => {
  const { field, onSubmit } = show(null);
  await userEvent.type(field, "eur{Enter}");
  expect(field.value).toBe("EUR · Euro");
  expect(onSubmit).not.toHaveBeenCalled();
  await userEvent.keyboard("{Enter}"); // the choice is made: now Enter sends the form
  expect(onSubmit).toHaveBeenCalledOnce();
});

it("replaces the chosen one by what is typed", async () => {
  const { field } = show("EUR");
  await userEvent.click(field);
  await userEvent.keyboard("czec{Enter}");
  expect(field.value).toBe("CZK · Czech Koruna");
});

it("does not send the form while nothing matches", async () => {
  const { field, onSubmit, onChange } = show("EUR");
  await userEvent.tab();
  await userEvent.keyboard("xyzzy{Enter}{Escape}{Enter}");
  expect(field.value).toBe("xyzzy");
  expect(onSubmit).not.toHaveBeenCalled();
  expect(onChange).not.toHaveBeenCalled();
});
