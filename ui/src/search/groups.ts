// Rows under their headings: search results by where they were found, recent and favourite items by the day. Pure.

import { m } from "../i18n";
import type { SearchOrder } from "../ipc";
import type { Row } from "./search.svelte";

export type Group = { id: string; label: string; count: number | null; rows: Row[] };

/** Best match, then pages and databases by title, then matches in the text; in another order they are one list. */
export function searchGroups(rows: readonly Row[], order: SearchOrder = "relevance"): Group[] {
  if (order !== "relevance") return rows.length === 0 ? [] : [{ id: order, label: order === "edited" ? m.search_group_edited() : m.search_group_by_title(), count: rows.length, rows: [...rows] }];
  const labels = { best: m.search_group_best(), title: m.search_group_title(), text: m.search_group_text() } as const;
  return (["best", "title", "text"] as const)
    .map((id) => {
      const members = rows.filter((row) => row.hit?.group === id);
      return { id, label: labels[id], count: id === "best" ? null : members.length, rows: members };
    })
    .filter((group) => group.rows.length > 0);
}

/** Calendar days between a time and now: 0 for today, 1 for yesterday. */
export function daysAgo(time: string, now: Date): number {
  const then = new Date(time);
  const midnight = (day: Date): number => Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
  return Math.round((midnight(now) - midnight(then)) / 86_400_000);
}

/** Today, yesterday, earlier this week, earlier; by when an item was opened here, else by when it was edited. */
export function recentGroups(rows: readonly Row[], now: Date): Group[] {
  const groups: Group[] = [
    { id: "today", label: m.search_group_today(), count: null, rows: [] },
    { id: "yesterday", label: m.search_group_yesterday(), count: null, rows: [] },
    { id: "week", label: m.search_group_week(), count: null, rows: [] },
    { id: "earlier", label: m.search_group_earlier(), count: null, rows: [] },
  ];
  for (const row of rows) {
    const days = daysAgo(timeOf(row), now);
    const index = days <= 0 ? 0 : days === 1 ? 1 : days <= 6 ? 2 : 3;
    groups[index]?.rows.push(row);
  }
  return groups.filter((group) => group.rows.length > 0);
}

/** The time a row shows. */
export function timeOf(row: Row): string {
  return "opened_at" in row.item && row.item.opened_at !== null ? row.item.opened_at : row.item.last_edited_time;
}
