// Dates as pages have them: a day, a moment or a range, with or without a time zone. A day is that day everywhere; it never shifts with the zone.

import { formatLocale, m } from "../i18n";
import type { DateValue } from "../ipc";

export type DateOptions = { now?: Date; locale?: string };

/** A day or moment, read. `wall` is true when the clock time is that of the place the zone names, not of this computer. */
type Moment = { at: Date; hasTime: boolean; isWall: boolean };

function read(text: string): Moment | null {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(text);
  if (day) return { at: new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3])), hasTime: false, isWall: false };
  const wall = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?$/u.exec(text);
  if (wall) {
    const [, year, month, date, hour, minute] = wall.map(Number);
    return { at: new Date(year ?? 0, (month ?? 1) - 1, date, hour, minute), hasTime: true, isWall: true };
  }
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : { at, hasTime: true, isWall: false };
}

function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function sameDay(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();
}

type Style = "short" | "long";

function formatter(moments: readonly Moment[], style: Style, zone: string | null, options: Required<DateOptions>): Intl.DateTimeFormat {
  const hasTime = moments.some((moment) => moment.hasTime);
  const isOtherYear = moments.some((moment) => moment.at.getFullYear() !== options.now.getFullYear());
  const isLong = style === "long" && !hasTime && moments.length === 1;
  return new Intl.DateTimeFormat(options.locale, {
    day: "numeric",
    month: isLong ? "long" : "short",
    ...(isOtherYear || (style === "long" && moments.length === 1) ? { year: "numeric" } : {}),
    ...(hasTime ? { hour: "numeric", minute: "2-digit" } : {}),
    ...(zone === null ? {} : { timeZone: zone }),
  });
}

/** A moment given with an offset is shown as this computer's time; the zone is named only where the shown time is another place's. */
export function dateText(value: Pick<DateValue, "start" | "end" | "time_zone">, style: Style, options: DateOptions = {}): string {
  const { now = new Date(), locale = formatLocale() } = options;
  const start = read(value.start);
  if (start === null) return value.start;
  const end = value.end ? read(value.end) : null;
  const moments = end === null ? [start] : [start, end];
  const format = formatter(moments, style, null, { now, locale });
  const zone = value.time_zone && start.isWall && value.time_zone !== localZone() ? value.time_zone : null;
  let text = format.format(start.at);
  if (end !== null) {
    const isTimeOnly = end.hasTime && start.hasTime && sameDay(start.at, end.at);
    const second = isTimeOnly ? new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }) : format;
    text = `${text} → ${second.format(end.at)}`;
  }
  return zone === null ? text : m.property_date_in_zone({ date: text, zone: zoneName(zone, start.at, locale) });
}

/** The day of a moment, as it is on this computer; a day stays itself. */
export function dayOf(text: string): string {
  const moment = read(text);
  if (moment === null || !moment.hasTime) return text;
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${moment.at.getFullYear()}-${two(moment.at.getMonth() + 1)}-${two(moment.at.getDate())}`;
}

function zoneName(zone: string, at: Date, locale: string): string {
  try {
    const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "short" }).formatToParts(at);
    return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
  } catch {
    return zone;
  }
}

/** So many days ahead are still counted; what is farther is a date. */
const NEAR_DAYS = 30;

/** “tomorrow”, “yesterday”, “in 12 days” for what is near; empty for the rest. What is past is only yesterday's: how long ago is the table's business. */
export function nearness(value: Pick<DateValue, "start">, options: DateOptions = {}): string {
  const { now = new Date(), locale = formatLocale() } = options;
  const start = read(value.start);
  if (start === null) return "";
  const midnight = (time: Date): number => Date.UTC(time.getFullYear(), time.getMonth(), time.getDate());
  const days = Math.round((midnight(start.at) - midnight(now)) / 86_400_000);
  return days < -1 || days > NEAR_DAYS ? "" : new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
}

/** Whether the last day or moment of it is behind us. A day is over when it has ended. */
export function isOver(value: Pick<DateValue, "start" | "end">, now: Date = new Date()): boolean {
  const last = read(value.end ?? value.start);
  if (last === null) return false;
  if (last.hasTime) return last.at < now;
  return new Date(last.at.getFullYear(), last.at.getMonth(), last.at.getDate() + 1) <= now;
}
