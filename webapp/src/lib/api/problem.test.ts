import { expect, it } from "vitest";

import { problemFrom, toProblem } from "./problem";

it("keeps what the server said, and where", () => {
  const response = new Response(null, { status: 422 });
  const found = problemFrom(response, {
    title: "The journal does not balance",
    status: 422,
    code: "unbalanced",
    detail: "Debits are 0.01 more than credits.",
    errors: [{ pointer: "/lines/2/debit", code: "x", detail: "Here." }],
    request_id: "abc",
  });
  expect(found).toMatchObject({ status: 422, code: "unbalanced", detail: "Debits are 0.01 more than credits.", requestId: "abc", mayPass: false });
  expect(found.errors.map(({ pointer, detail }) => [pointer, detail])).toEqual([["/lines/2/debit", "Here."]]);
});

it("makes sense of a proxy's page without details, and quotes the request", () => {
  const response = new Response("<html>", { status: 502, headers: { "X-Request-Id": "from-nginx" } });
  expect(problemFrom(response, "<html>")).toMatchObject({ code: "unexpected_answer", status: 502, requestId: "from-nginx", mayPass: true });
});

it("shows a fault of our own instead of hiding it", () => {
  expect(toProblem(new TypeError("x is undefined"))).toMatchObject({ code: "web_app_fault", detail: "x is undefined", mayPass: false });
});
