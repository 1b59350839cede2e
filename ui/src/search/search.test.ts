import { expect, test } from "vitest";

import { hit, hits, NOW, recent, results } from "../../tests/samples";
import type { ItemSummary, SearchRequest, SearchResults } from "../ipc";
import { daysAgo, recentGroups, searchGroups } from "./groups";
import { Search, termsOf, type SearchSource } from "./search.svelte";

/** Questions wait until the test answers them. */
class Asked implements SearchSource {
  requests: SearchRequest[] = [];
  #waiting: ((results: SearchResults) => void)[] = [];

  search(request: SearchRequest): Promise<SearchResults> {
    this.requests.push(request);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  recents(): Promise<ItemSummary[]> {
    return Promise.resolve(recent);
  }

  async answer(answer: SearchResults): Promise<void> {
    this.#waiting.shift()?.(answer);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }
}

const found = (title: string): SearchResults => ({ ...results, hits: [hit({ title, group: "title" })], total: 1 });
const ready = (): Search => {
  const search = new Search({ search: () => Promise.resolve(results), recents: () => Promise.resolve(recent) });
  search.query = "launch plan";
  search.results = results;
  return search;
};

test("while a question is on its way only the newest one is kept for after it", async () => {
  const source = new Asked();
  const search = new Search(source);
  for (const query of ["l", "la", "lau", "laun"]) search.type(query);
  expect(source.requests.map((request) => request.query)).toEqual(["l"]);
  await source.answer(found("Lantern"));
  expect(source.requests.map((request) => request.query)).toEqual(["l", "laun"]);
  expect(search.rows).toEqual([]);
  await source.answer(found("Launch"));
  expect(search.rows.map((row) => row.item.title)).toEqual(["Launch"]);
});

test("a failed question does not stop the next one", async () => {
  let calls = 0;
  const search = new Search({ search: () => (calls++ === 0 ? Promise.reject(new Error("locked")) : Promise.resolve(found("Launch"))), recents: () => Promise.resolve([]) });
  search.query = "l";
  await search.ask();
  expect(search.failure).toBeInstanceOf(Error);
  await search.ask();
  expect(search.failure).toBeNull();
  expect(search.rows).toHaveLength(1);
});

test("the first result is selected by itself and typing selects the first again", () => {
  const search = ready();
  expect(search.selected?.item.title).toBe("Autumn launch plan");
  search.move(3);
  expect(search.selected?.item.title).toMatch(/^Post-mortem/u);
  search.type("launch p");
  expect(search.selectedKey).toBeNull();
});

test("moving stops at the ends and jumps by group", () => {
  const search = ready();
  search.move(-1);
  expect(search.selected?.item.title).toBe("Autumn launch plan");
  search.moveByGroup(1);
  expect(search.selected?.item.title).toBe("Launch budget 2026–27");
  search.moveByGroup(1);
  expect(search.selected?.item.title).toBe("Weekly notes, 16 November");
  search.move(99);
  expect(search.selected?.item.title).toBe("Onboarding e-mails");
  search.moveByGroup(-1);
  expect(search.selected?.item.title).toBe("Weekly notes, 16 November");
});

test("the same page found by title and in the text is two rows", () => {
  const search = ready();
  search.results = { ...results, hits: [hit({ title: "Plan" }), hit({ title: "Plan", group: "text" })] };
  expect(new Set(search.rows.map((row) => row.key)).size).toBe(2);
});

test("an empty field drops the last filter first and has nothing to drop without one", () => {
  const search = ready();
  search.scopeTo("01N");
  search.narrowTo("row");
  expect(search.dropFilter()).toBe(true);
  expect(search.kind).toBeNull();
  expect(search.dropFilter()).toBe(true);
  expect(search.scope).toBeNull();
  expect(search.dropFilter()).toBe(false);
});

test("filters are part of the question", async () => {
  const source = new Asked();
  const search = new Search(source);
  search.scope = "01M";
  search.kind = "data_source";
  search.type("log");
  expect(source.requests.at(-1)).toMatchObject({ account_ids: ["01M"], kinds: ["data_source"] });
});

test("a cleared query can be brought back from the empty field", () => {
  const search = ready();
  search.clear();
  expect(search.query).toBe("");
  expect(search.recall()).toBe(true);
  expect(search.query).toBe("launch plan");
  expect(search.recall()).toBe(false);
});

test("favourites on the shelf stand in for the recent items, narrowed like them", () => {
  const search = new Search(new Asked());
  search.recent = recent;
  search.shelf = { of: "favourites", items: recent.slice(0, 3) };
  expect(search.rows).toHaveLength(3);
  search.scope = "01M";
  expect(search.rows.map((row) => row.item.title)).toEqual(["Weekly notes, 16 November"]);
});

test("results stand in three groups, empty ones left out", () => {
  const search = ready();
  expect(searchGroups(search.rows).map((group) => [group.id, group.rows.length])).toEqual([["best", 1], ["title", 5], ["text", 2]]);
  search.results = { ...results, hits: hits.filter((each) => each.group === "text") };
  expect(searchGroups(search.rows).map((group) => group.id)).toEqual(["text"]);
});

test("recent items stand under the days they were opened on", () => {
  const search = new Search(new Asked());
  search.recent = recent;
  expect(recentGroups(search.rows, NOW).map((group) => group.id)).toEqual(["today", "yesterday", "week"]);
});

test("days are calendar days, not spans of 24 hours", () => {
  expect(daysAgo(new Date(2026, 10, 22, 23, 59).toISOString(), new Date(2026, 10, 23, 0, 1))).toBe(1);
  expect(daysAgo(new Date(2026, 10, 23, 0, 1).toISOString(), new Date(2026, 10, 23, 23, 59))).toBe(0);
});

test("time, author and order are part of the question, also without a word", async () => {
  const source = new Asked();
  const search = new Search(source);
  search.editedWithin("<7d");
  search.writtenBy("Priya Raman");
  search.orderBy("title");
  await source.answer(results);
  expect(source.requests.at(-1)).toMatchObject({ query: "", edited: "<7d", author: "Priya Raman", order: "title" });
  expect(search.dropFilter()).toBe(true);
  expect([search.author, search.edited]).toEqual([null, "<7d"]);
});

test("a word that narrows is known by the answer, taken out by its chip, and not marked in a page", () => {
  const search = ready();
  search.query = "launch by:jonas plan";
  search.results = { ...results, narrowed: [{ start: 7, end: 15, by: { type: "author", name: "Jonas Okafor" } }] };
  expect(search.word("author")?.by.name).toBe("Jonas Okafor");
  expect(search.word("edited")).toBeNull();
  expect(search.terms()).toEqual(["launch", "plan"]);
  const word = search.word("author");
  if (word) search.dropWord(word);
  expect(search.query).toBe("launch plan");
});

test("what narrows is found again in a query that was typed on", () => {
  const search = ready();
  search.results = { ...results, narrowed: [{ start: 7, end: 15, by: { type: "author", name: "Jonas Okafor" } }] };
  search.answered = "launch by:jonas";
  search.query = "autumn launch by:jonas p";
  expect(search.narrowed.map(({ start, end }) => search.query.slice(start, end))).toEqual(["by:jonas"]);
  search.query = "launch by:jo";
  expect(search.narrowed).toEqual([]);
});

test("the words to mark are those that are looked for", () => {
  expect(termsOf('"launch plan" budget')).toEqual(["launch", "plan", "budget"]);
  expect(termsOf("plan -draft -\"old price\"")).toEqual(["plan"]);
  expect(termsOf("price or cost title:tide 雲")).toEqual(["price", "cost", "tide", "雲"]);
  expect(termsOf('"open phra')).toEqual(["open", "phra"]);
});

test("in another order than by relevance the results are one list", () => {
  const search = ready();
  expect(searchGroups(search.rows, "edited").map((group) => [group.id, group.rows.length])).toEqual([["edited", 8]]);
});
