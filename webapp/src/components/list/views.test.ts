import { expect, it } from "vitest";

import { isSameView, viewOf } from "./views";

it("takes everything of a list's address but the page", () => {
  expect(viewOf({ state: "overdue", search: undefined, ordering: "-total", page: 3 })).toEqual({ state: "overdue", ordering: "-total" });
});

it("knows a view again, whatever order it was written in", () => {
  expect(isSameView({ state: "overdue", ordering: "-total" }, { ordering: "-total", state: "overdue" })).toBe(true);
  expect(isSameView({ state: "overdue" }, { state: "overdue", contact: "7" })).toBe(false);
});
