/** When something recurs, as it is typed and as it is sent. */
import { readNumber } from "@/lib/amounts";
import type { Template } from "@/lib/api/recurring";
import type { ScheduleInput } from "@/lib/api/types";
import { isDate } from "@/lib/locale";

import type { Frequency } from "./kinds";

export interface ScheduleValues {
  name: string;
  frequency: Frequency;
  interval: string;
  start: string;
  day: string;
  ends: "never" | "on" | "after";
  end: string;
  count: string;
  action: string;
}

const WHOLE = { decimals: 0 } as const;
const whole = (typed: string): number | undefined => {
  const read = readNumber(typed, WHOLE);
  return read ? Number(read) : undefined;
};

export const newSchedule = (start: string, action: string): ScheduleValues => ({ name: "", frequency: "monthly", interval: "1", start, day: "", ends: "never", end: "", count: "", action });

export const scheduleOf = ({ name, frequency, interval, start, day, end, count, action }: Template): ScheduleValues => ({
  name,
  frequency,
  interval: String(interval),
  start,
  day: day === null ? "" : String(day),
  ends: end ? "on" : count ? "after" : "never",
  end: end ?? "",
  count: count === null ? "" : String(count),
  action,
});

/** What is sent; nothing where it cannot be read yet. */
export function inputOf({ frequency, interval, start, day, ends, end, count }: ScheduleValues): ScheduleInput | null {
  const every = whole(interval);
  if (!isDate(start) || !every) return null;
  return {
    frequency,
    interval: every,
    start,
    day: frequency === "weekly" ? null : (whole(day) ?? null),
    end: ends === "on" && isDate(end) ? end : null,
    count: ends === "after" ? (whole(count) ?? null) : null,
  };
}

/** What is missing, by field. */
export function faultsOf({ name, interval, start, ends, end, count }: ScheduleValues, required: string): Record<string, string> {
  return {
    ...(!name.trim() && { name: required }),
    ...(!isDate(start) && { start: required }),
    ...(!whole(interval) && { interval: required }),
    ...(ends === "on" && !isDate(end) && { end: required }),
    ...(ends === "after" && !whole(count) && { count: required }),
  };
}

export const SCHEDULE_FIELDS: readonly string[] = ["name", "frequency", "interval", "start", "day", "end", "count", "action"];
