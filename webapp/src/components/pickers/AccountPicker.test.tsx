import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, vi } from "vitest";

import type { Account } from "@/lib/api/types";

import { AccountPicker } from "./AccountPicker";

const account = (id: string, code: string, name: string) => ({ id, code, name, is_active: true }) as Account;
const ACCOUNTS = [account("1", "1010", "Bank account"), account("2", "6105", "Coffee")];

function show() {
  const onSubmit = vi.fn((event: { preventDefault: () => void }) => event.preventDefault());
  const onEnter = vi.fn();
  const chosen: string[] = [];
  function Form() {
    const [value, setValue] = useState("1");
    const choose = (id: string) => {
      chosen.push(id);
      setValue(id);
    };
    return (
      <form onSubmit={onSubmit}>
        <AccountPicker accounts={ACCOUNTS} value={value} onChange={choose} onEnter={onEnter} label="Account" />
      </form>
    );
  }
  render(
    <MantineProvider env="test">
      <Form />
    </MantineProvider>,
  );
  return { field: screen.getByLabelText<HTMLInputElement>("Account"), chosen, onSubmit, onEnter };
}

it("takes the best match on Enter and goes on", async () => {
  const { field, chosen, onEnter, onSubmit } = show();
  await userEvent.type(field, "coff{Enter}", { initialSelectionStart: 0, initialSelectionEnd: 99 });
  expect(chosen.at(-1)).toBe("2");
  expect(field.value).toBe("6105 · Coffee");
  expect(onEnter).toHaveBeenCalledOnce();
  expect(onSubmit).not.toHaveBeenCalled();
});

it("says on Enter that nothing matches, keeps what was typed, and gives up the old account", async () => {
  const { field, chosen, onEnter, onSubmit } = show();
  await userEvent.type(field, "xyzzy{Enter}", { initialSelectionStart: 0, initialSelectionEnd: 99 });
  expect(field.value).toBe("xyzzy");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(screen.getAllByText("No account for “xyzzy”").length).toBeGreaterThan(0);
  expect(chosen).toEqual([""]);
  expect(onEnter).not.toHaveBeenCalled();
  expect(onSubmit).not.toHaveBeenCalled();
});
