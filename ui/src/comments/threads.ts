// Threads of comments: how they are told apart, and when a comment was written.

import { clockTime, dayAndMonth, formatLocale, m } from "../i18n";
import type { ThreadView } from "../ipc";

/** Stays the same while the thread is shown; one that is not in Notion yet has only its place. */
export function threadKey(thread: ThreadView, index: number): string {
  return thread.discussion_id ?? `waiting-${index}`;
}

/** “11:20” today, “Thu 16:02” within six days, then “18 Nov”. */
export function writtenAt(time: string, now: Date = new Date(), locale: string = formatLocale()): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return "";
  const midnight = (of: Date): number => Date.UTC(of.getFullYear(), of.getMonth(), of.getDate());
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days <= 0) return clockTime(at, { locale });
  if (days > 6) return dayAndMonth(at, { now, locale });
  return m.comments_day_and_time({ day: new Intl.DateTimeFormat(locale, { weekday: "short" }).format(at), time: clockTime(at, { locale }) });
}
