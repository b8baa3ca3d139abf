import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, expect, it, vi } from "vitest";

import { ContactPicker } from "./ContactPicker";

const CONTACTS = [
  { id: "1", name: "Bluebird Bakery", number: "C-7" },
  { id: "2", name: "Hotel Meridian", number: "" },
];

interface Parameters {
  path?: { id: string };
  query?: { search?: string };
}

const server = vi.hoisted(() => ({ asked: [] as unknown[], isDown: false }));

vi.mock("@/lib/api/client", () => ({
  answerOf: (answer: Promise<unknown>) => answer,
  api: {
    GET: (_: string, { params }: { params: Parameters }) => {
      server.asked.push(params);
      if (server.isDown) return Promise.reject(new Error("The server is busy."));
      if (params.path) return Promise.resolve(CONTACTS.find(({ id }) => id === params.path?.id));
      const search = params.query?.search?.toLowerCase() ?? "";
      return Promise.resolve({ results: CONTACTS.filter(({ name }) => name.toLowerCase().includes(search)) });
    },
  },
}));

beforeEach(() => {
  server.asked = [];
  server.isDown = false;
});

function show(first = "") {
  const onEnter = vi.fn();
  const onSubmit = vi.fn((event: { preventDefault: () => void }) => event.preventDefault());
  const chosen: string[] = [];
  function Form() {
    const [value, setValue] = useState(first);
    const choose = (id: string) => {
      chosen.push(id);
      setValue(id);
    };
    return (
      <form onSubmit={onSubmit}>
        <ContactPicker value={value} onChange={choose} onEnter={onEnter} label="Contact" />
      </form>
    );
  }
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <Form />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { field: screen.getByLabelText<HTMLInputElement>("Contact"), chosen, onEnter, onSubmit };
}

it("takes the first match on Enter, however fast somebody types, and goes on", async () => {
  const { field, chosen, onEnter, onSubmit } = show();
  await userEvent.type(field, "merid{Enter}");
  expect(onEnter).toHaveBeenCalledOnce(); // nobody waits for the answer
  await waitFor(() => expect(chosen).toEqual(["2"]));
  expect(field.value).toBe("Hotel Meridian");
  expect(onSubmit).not.toHaveBeenCalled();
});

it("offers active contacts and takes the one that is chosen", async () => {
  const { field, chosen, onEnter } = show();
  await userEvent.click(field);
  await userEvent.click(await screen.findByRole("option", { name: /Bluebird Bakery/ }));
  expect(chosen).toEqual(["1"]);
  expect(field.value).toBe("Bluebird Bakery");
  expect(onEnter).toHaveBeenCalledOnce();
  expect(server.asked.at(0)).toEqual({ query: { is_active: true, page_size: 20 } });
});

it("shows the name of who is chosen already, and can be emptied", async () => {
  const { field, chosen } = show("2");
  await waitFor(() => expect(field.value).toBe("Hotel Meridian"));
  await userEvent.clear(field);
  await userEvent.tab();
  await waitFor(() => expect(chosen).toEqual([""]));
  expect(field.value).toBe("");
});

it("says that nobody matches, and does not go on from there", async () => {
  const { field, chosen, onEnter } = show("1");
  await waitFor(() => expect(field.value).toBe("Bluebird Bakery"));
  await userEvent.type(field, "xyzzy{Enter}", { initialSelectionStart: 0, initialSelectionEnd: 99 });
  expect((await screen.findAllByText("No customer or vendor for “xyzzy”")).length).toBeGreaterThan(0);
  expect(field.value).toBe("xyzzy");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(field.dataset["unknown"]).toBe("true");
  expect(chosen).toEqual([""]);
  onEnter.mockClear();
  await userEvent.type(field, "{Enter}");
  expect(onEnter).not.toHaveBeenCalled();
});

it("says why it could not search, and keeps what was typed", async () => {
  const { field } = show();
  server.isDown = true;
  await userEvent.type(field, "merid{Enter}");
  expect(await screen.findByText("The server is busy.")).toBeTruthy();
  expect(field.value).toBe("merid");
  expect(field.dataset["unknown"]).toBe("true");
});
