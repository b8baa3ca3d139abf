import { afterEach, beforeEach, expect, it } from "vitest";

import { isPlainKey, letterOf, switchShortcuts } from "./shortcuts";

let last: KeyboardEvent;
const keep = (event: KeyboardEvent) => (last = event);
const press = (target: Element, about: KeyboardEventInit) => {
  target.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, ...about }));
  return last;
};

beforeEach(() => document.addEventListener("keydown", keep));
afterEach(() => {
  document.removeEventListener("keydown", keep);
  document.body.innerHTML = "";
  localStorage.clear();
});

it("leaves alone who types, who holds Ctrl, and who is in a dialog", () => {
  document.body.innerHTML = `<input /><input type="checkbox" /><button></button>`;
  const [text, check, button] = [...document.querySelectorAll("input, button")] as [Element, Element, Element];
  expect(isPlainKey(press(text, { key: "j" }), "j")).toBe(false);
  expect(isPlainKey(press(check, { key: "j" }), "j")).toBe(true);
  expect(isPlainKey(press(button, { key: "j" }), "j", "k")).toBe(true);
  expect(isPlainKey(press(button, { key: "j", ctrlKey: true }), "j")).toBe(false);
  document.body.insertAdjacentHTML("beforeend", `<div role="dialog" aria-modal="true"></div>`);
  expect(isPlainKey(press(button, { key: "j" }), "j")).toBe(false);
});

it("can be switched off", () => {
  switchShortcuts(false);
  expect(isPlainKey(press(document.body, { key: "j" }), "j")).toBe(false);
  switchShortcuts(true);
  expect(isPlainKey(press(document.body, { key: "j" }), "j")).toBe(true);
});

it("reads the key of another alphabet by its place", () => {
  expect(letterOf(press(document.body, { key: "ت", code: "KeyJ" }))).toBe("j");
  expect(letterOf(press(document.body, { key: "?", code: "Slash" }))).toBe("?");
});
