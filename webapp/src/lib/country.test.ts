import { expect, it } from "vitest";

import { guessCountry } from "./country";

const COUNTRIES = [
  { value: "CZ", timezones: ["Europe/Prague"] },
  { value: "DE", timezones: ["Europe/Berlin", "Europe/Busingen"] },
  { value: "SJ", timezones: ["Europe/Berlin"] },
  { value: "US", timezones: ["America/New_York"] },
];
const guess = (timezone: string, locale: string) => guessCountry(COUNTRIES, timezone, locale)?.value;

it("takes the country of the time zone, whatever the language", () => {
  expect(guess("Europe/Prague", "en-US")).toBe("CZ");
});

it("asks the language where countries share a time zone", () => {
  expect(guess("Europe/Berlin", "de-DE")).toBe("DE");
  expect(guess("Europe/Berlin", "en-US")).toBeUndefined();
});

it("makes no guess from the language alone", () => {
  expect(guess("UTC", "en-US")).toBeUndefined();
  expect(guess("UTC", "not a language")).toBeUndefined();
});
