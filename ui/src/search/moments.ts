// When something was edited, as the chip offers it. The ids are the words of `edited:`, so that what is chosen and what is typed are the same.

import { m } from "../i18n";

type Option = { words: string; label: () => string; short: () => string };

export const EDITED: readonly Option[] = [
  { words: "today", label: m.search_edited_today, short: m.search_edited_today_short },
  { words: "yesterday", label: m.search_edited_yesterday, short: m.search_edited_yesterday_short },
  { words: "<7d", label: m.search_edited_week, short: m.search_edited_week_short },
  { words: "<30d", label: m.search_edited_month, short: m.search_edited_month_short },
  { words: "<90d", label: m.search_edited_quarter, short: m.search_edited_quarter_short },
  { words: "<1y", label: m.search_edited_year, short: m.search_edited_year_short },
];

/** Other ways to type the same. */
const SAME: Readonly<Record<string, string>> = { "<1w": "<7d", "<1m": "<30d", "<1mo": "<30d", "<3m": "<90d", "<3mo": "<90d", "<365d": "<1y", "<12m": "<1y" };

/** What a chip says of a stretch of time: in words where there are some, else as it was typed. */
export function editedShort(words: string): string {
  const typed = words.trim().toLowerCase();
  const within = /^\d/u.test(typed) && /[a-z]$/u.test(typed) ? `<${typed}` : typed.replace(/^<=/u, "<");
  const known = EDITED.find((option) => option.words === (SAME[within] ?? within));
  return known?.short() ?? words;
}
