import { QueryClient } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";

import { DOCUMENT_KINDS } from "@/lib/kinds";

const GET = vi.hoisted(() => vi.fn());
vi.mock("./client", () => ({ api: { GET }, answerOf: (call: Promise<unknown>) => call }));

const { allOpenItemsQuery } = await import("./opening");

it("reads every page of what was owed, and no row twice", async () => {
  const rows = Array.from({ length: 430 }, (_, index) => ({ id: String(index) }));
  GET.mockImplementation((_path: string, { params }: { params: { query: { page: number; page_size: number } } }) => {
    const { page, page_size } = params.query;
    const start = (page - 1) * page_size - (page > 1 ? 1 : 0); // a row came before them meanwhile
    return Promise.resolve({ count: rows.length, results: rows.slice(start, page * page_size) });
  });
  const found = await new QueryClient().query(allOpenItemsQuery(DOCUMENT_KINDS[4]));
  expect(found.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  expect(GET).toHaveBeenCalledTimes(3);
});
