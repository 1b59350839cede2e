// Steps that several files take.

import { like } from "../lib/words.mjs";

/** Finds a page by its title and opens it with Enter. */
export async function openPage(page, title) {
  const field = page.getByRole("combobox");
  await field.fill(title);
  const list = page.getByRole("listbox", { name: like("search_results_for", { query: title }) });
  const row = list.getByRole("option").filter({ has: page.locator(`[title="${title}"]`) }).first();
  await row.dblclick();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** Waits for what an action makes the program do. */
export async function during(page, command, action) {
  const [request] = await Promise.all([page.waitForResponse((answer) => answer.url().endsWith(`/ipc/${command}`)), action()]);
  return request;
}
