import { describe, expect, it } from "vitest";

import { formatAmount, fromMinor, isZero, parseAmount, subtract, sum, toMinor } from "./money";

describe("exact arithmetic", () => {
  it("adds what binary floats cannot", () => {
    expect(sum(["0.10", "0.20"], 2)).toBe("0.30");
    expect(sum(["9007199254740993.01", "0.01"], 2)).toBe("9007199254740993.02");
  });

  it("adds ten thousand cents to one hundred", () => {
    expect(sum(Array.from({ length: 10_000 }, () => "0.01"), 2)).toBe("100.00");
  });

  it("counts an empty cell as nothing", () => {
    expect(sum(["", "5.00", ""], 2)).toBe("5.00");
    expect(sum([], 2)).toBe("0.00");
  });

  it("keeps to the currency's own decimals", () => {
    expect(sum(["1", "2"], 0)).toBe("3");
    expect(sum(["1.001", "2.002"], 3)).toBe("3.003");
  });

  it("subtracts below zero", () => {
    expect(subtract("100.00", "100.01", 2)).toBe("-0.01");
    expect(subtract("0.00", "0.00", 2)).toBe("0.00");
  });

  it("goes to minor units and back", () => {
    expect(toMinor("-0.05", 2)).toBe(-5n);
    expect(toMinor("1.5", 2)).toBe(150n);
    expect(fromMinor(-5n, 2)).toBe("-0.05");
    expect(fromMinor(7n, 0)).toBe("7");
    for (const value of ["0.00", "-1.00", "10000000000000.00", "0.01"]) expect(fromMinor(toMinor(value, 2), 2)).toBe(value);
  });

  it("refuses what would lose a part", () => {
    expect(() => toMinor("1.005", 2)).toThrow("more than 2 decimals");
    expect(() => toMinor("1e5", 2)).toThrow("Not an amount");
    expect(toMinor("1.500", 2)).toBe(150n);
  });

  it("knows zero in every spelling", () => {
    expect(["0", "0.00", "-0.00", ""].every(isZero)).toBe(true);
    expect(isZero("0.01")).toBe(false);
  });
});

describe("formatting", () => {
  it("groups and separates as the locale does, without touching a digit", () => {
    expect(formatAmount("12345678901234567.89", "en-US")).toBe("12,345,678,901,234,567.89");
    expect(formatAmount("1234567.50", "de-DE")).toBe("1.234.567,50");
    expect(formatAmount("1234567.50", "en-IN")).toBe("12,34,567.50");
    expect(formatAmount("1234.50", "fr-FR")).toBe("1\u202f234,50");
    expect(formatAmount("1234.50", "ar-EG")).toBe("١٬٢٣٤٫٥٠");
  });

  it("writes negative amounts in parentheses, and zero never", () => {
    expect(formatAmount("-1234.50", "en-US")).toBe("(1,234.50)");
    expect(formatAmount("-0.00", "en-US")).toBe("0.00");
  });

  it("shows as many decimals as it was given", () => {
    expect(formatAmount("1000", "en-US")).toBe("1,000");
    expect(formatAmount("1.005", "en-US")).toBe("1.005");
  });
});

describe("reading what was typed", () => {
  const value = (text: string, locale = "en-US", decimals = 2) => {
    const parsed = parseAmount(text, locale, decimals);
    return parsed.ok ? parsed.value : parsed.error;
  };

  it("accepts the plain and the grouped form", () => {
    expect(value("1234.5")).toBe("1234.50");
    expect(value(" 1,234.50 ")).toBe("1234.50");
    expect(value(".5")).toBe("0.50");
    expect(value("12,34,567.5", "en-IN")).toBe("1234567.50");
  });

  it("accepts other notations", () => {
    expect(value("1.234,5", "de-DE")).toBe("1234.50");
    expect(value("1234.5", "de-DE")).toBe("1234.50"); // the point of the number pad
    expect(value("1 234,5", "fr-FR")).toBe("1234.50");
    expect(value("١٬٢٣٤٫٥", "ar-EG")).toBe("1234.50");
  });

  it("does not guess", () => {
    expect(value("1,23")).toBe("not_an_amount"); // a German comma typed in an English browser
    expect(value("1.23.4")).toBe("not_an_amount");
    expect(value("12a")).toBe("not_an_amount");
    expect(value("-")).toBe("not_an_amount");
    expect(value("1.23", "ja-JP", 0)).toBe("too_many_decimals");
    expect(value("1.005")).toBe("too_many_decimals");
    expect(value("-5")).toBe("negative");
  });

  it("holds up to ten trillion", () => {
    expect(value("10000000000000")).toBe("10000000000000.00");
    expect(value("10000000000000.01")).toBe("too_large");
  });

  it("reads back what it has formatted, in every notation", () => {
    for (const locale of ["en-US", "de-DE", "de-CH", "fr-FR", "en-IN", "ar-EG", "hi-IN", "es-ES", "pl-PL"]) {
      for (const amount of ["0.01", "1.00", "999.99", "1000.00", "1234567.89", "10000000000000.00"]) {
        expect(value(formatAmount(amount, locale), locale), `${amount} in ${locale}`).toBe(amount);
      }
    }
  });
});
