// Words and formats. `m` is the compiled catalogue (one function a message, names and arguments are type checked); everything with a date, a number or
// a size goes through `Intl` with the locale of the system, which need not be the language of the words.

import { systemLocale } from "./format";
import { m } from "../paraglide/messages.js";
import { baseLocale, getLocale, isLocale, overwriteGetLocale } from "../paraglide/runtime.js";

export { m };

/** The pseudo-locale is laid out from right to left, so that the mirrored windows can be checked without knowing Arabic or Hebrew. */
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(["en-XA", "ar", "fa", "he", "ur"]);

/** Chooses the language of the words; an unknown one leaves the base language. Must run before the first component is mounted. */
export function useLanguage(tag: string | null): void {
  const locale = tag !== null && isLocale(tag) ? tag : baseLocale;
  overwriteGetLocale(() => locale);
  document.documentElement.lang = locale;
  document.documentElement.dir = RIGHT_TO_LEFT.has(locale) ? "rtl" : "ltr";
}

export function language(): string {
  return getLocale();
}

/** The locale of dates, numbers and lists. */
export function formatLocale(): string {
  return systemLocale();
}

export { bytes, capitalised, clockTime, dayAndMonth, exactTime, list, number, percent, relativeTime } from "./format";
