// Times, numbers and sizes as a person reads them. Pure: the present moment and the locale are arguments, with the real ones as their default.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Format = { now?: Date; locale?: string };

/** What dates look like where the system names no locale: the words are English, and 4/12 must not be read as April. */
const NO_LOCALE = "en-GB";

/** The locale of the system. WebKitGTK says “C” where the environment names none, which is no language tag and would make every format throw. */
export function systemLocale(tag: string = typeof navigator === "undefined" ? "" : navigator.language): string {
  if (/^(?:c|posix|en-us-posix|en-us-u-va-posix)$/iu.test(tag)) return NO_LOCALE;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? NO_LOCALE;
  } catch {
    return NO_LOCALE;
  }
}

function startOfDay(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}

/**
 * How long ago, the shorter the better: “now”, “12 min”, “2 h” on the same day and up to 24 hours back, then “yesterday”, the weekday up to six days, then day and month,
 * with the year when it is another one. `style: "long"` says “12 minutes ago”, for names that are read aloud.
 */
export function relativeTime(time: Date | string, options: Format & { style?: "short" | "long" } = {}): string {
  const { now = new Date(), locale = systemLocale(), style = "short" } = options;
  const then = typeof time === "string" ? new Date(time) : time;
  if (Number.isNaN(then.getTime())) return "";
  const age = now.getTime() - then.getTime();
  const days = Math.round((startOfDay(now) - startOfDay(then)) / DAY);
  if (age >= -MINUTE && age < MINUTE) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(0, "second");
  if (age >= 0 && age < DAY && (days === 0 || age < 12 * HOUR)) {
    const [value, unit] = age < HOUR ? [Math.floor(age / MINUTE), "minute"] as const : [Math.floor(age / HOUR), "hour"] as const;
    if (style === "long") return new Intl.RelativeTimeFormat(locale, { numeric: "always", style: "long" }).format(-value, unit);
    return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(value).replace(/\bhrs?\b/u, "h").replace(/\bmins\b/u, "min");
  }
  if (days === 1) return capitalised(new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-1, "day"), locale);
  if (days > 1 && days <= 6) return new Intl.DateTimeFormat(locale, { weekday: style === "long" ? "long" : "short" }).format(then);
  return dayAndMonth(then, { now, locale });
}

/** With a capital first letter, for a sentence part that stands alone. */
export function capitalised(text: string, locale: string = systemLocale()): string {
  const [first = "", ...rest] = text;
  return first.toLocaleUpperCase(locale) + rest.join("");
}

/** “18 Nov”, or “18 Nov 2025” when the year is not this one. */
export function dayAndMonth(time: Date | string, options: Format = {}): string {
  const { now = new Date(), locale = systemLocale() } = options;
  const then = typeof time === "string" ? new Date(time) : time;
  if (Number.isNaN(then.getTime())) return "";
  const sameYear = then.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) }).format(then);
}

/** “14:02”, with the hours the locale counts in. */
export function clockTime(time: Date | string, options: Format = {}): string {
  const then = typeof time === "string" ? new Date(time) : time;
  if (Number.isNaN(then.getTime())) return "";
  return new Intl.DateTimeFormat(options.locale ?? systemLocale(), { hour: "numeric", minute: "2-digit" }).format(then);
}

/** Day and time in full, for tooltips. */
export function exactTime(time: Date | string, options: Format = {}): string {
  const then = typeof time === "string" ? new Date(time) : time;
  if (Number.isNaN(then.getTime())) return "";
  return new Intl.DateTimeFormat(options.locale ?? systemLocale(), { dateStyle: "full", timeStyle: "short" }).format(then);
}

export function number(value: number, options: Format = {}): string {
  return new Intl.NumberFormat(options.locale ?? systemLocale()).format(value);
}

/** `part` is between 0 and 1. */
export function percent(part: number, options: Format = {}): string {
  return new Intl.NumberFormat(options.locale ?? systemLocale(), { style: "percent", maximumFractionDigits: 0 }).format(part);
}

export function list(items: readonly string[], options: Format = {}): string {
  return new Intl.ListFormat(options.locale ?? systemLocale(), { type: "conjunction" }).format(items);
}

/** Decimal units, as disks and file managers count: 412 000 is “412 kB”. */
export function bytes(count: number, options: Format = {}): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  let value = count;
  let step = 0;
  while (value >= 1000 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  const unit = units[step] ?? "byte";
  const digits = step > 0 && value < 10 ? 1 : 0;
  return new Intl.NumberFormat(options.locale ?? systemLocale(), { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits }).format(value);
}
