/** How this person writes numbers and dates: as their browser says, where it speaks the app's language; else as the language does. */
import { language } from "./i18n/languages";

export const locale = navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;

const dateFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
const instantFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

/** "2026-01-31" -> "Jan 31, 2026". A calendar date has no time zone, so none may shift it. */
export function formatDate(date: string): string {
  return dateFormat.format(new Date(`${date}T00:00:00Z`));
}

const monthFormat = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" });

/** The month of a date: "2026-01-31" -> "Jan 2026". */
export function formatMonth(date: string): string {
  return monthFormat.format(new Date(`${date}T00:00:00Z`));
}

const dayMonthFormat = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });

/** A date whose year is clear: "Jan 31". */
export function formatDayMonth(date: string): string {
  return dayMonthFormat.format(new Date(`${date}T00:00:00Z`));
}

/** From one day to another, without what both have in common: "Jan 1 – 31, 2026". */
export function formatDates(first: string, last: string): string {
  return dateFormat.formatRange(new Date(`${first}T00:00:00Z`), new Date(`${last}T00:00:00Z`));
}

export function formatInstant(instant: string): string {
  return instantFormat.format(new Date(instant));
}

/** Today's date where the organization is, not where the browser is. */
export function today(timezone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(new Date());
  const part = (type: string) => parts.find((found) => found.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

export function isDate(text: unknown): text is string {
  return typeof text === "string" && ISO_DATE.test(text) && !Number.isNaN(Date.parse(text));
}

/** The months as choices: value "1" to "12", named in the person's language. */
export function monthNames(): { value: string; label: string }[] {
  const format = new Intl.DateTimeFormat(locale, { month: "long", timeZone: "UTC" });
  return Array.from({ length: 12 }, (_, month) => ({ value: String(month + 1), label: format.format(Date.UTC(2026, month, 1)) }));
}
