// What a block or a value needs to know beyond itself: who and what its ids name, and where following something leads. Set once by the page around
// them and read where it is needed, because blocks nest without end and most of them need none of it.

import { getContext, setContext } from "svelte";

import type { Crumb, Icon, ItemId, NameView, OutlineEntry, PageName } from "../ipc";
import type { Dye } from "../kit/dyes";

/** How many comments a thread on a block or a run has, and whether it is the selected one. */
export type Anchor = {
  threadId: string;
  count: number;
  isSelected: boolean;
  /** The element that holds the thread, while it is shown beside the text. */
  details?: string | undefined;
};

export type Surroundings = {
  person(id: string): NameView | undefined;
  page(id: string): PageName | undefined;
  /** Terms to mark in the text. */
  readonly marks: readonly string[];
  /** They are looked for inside of words too, as find in page does. */
  readonly isFinding: boolean;
  readonly isPreview: boolean;
  /** The page's own address in Notion; null where there is none to go to. */
  readonly url: string | null;
  readonly title: string;
  readonly icon: Icon | null;
  readonly crumbs: readonly Crumb[];
  readonly workspace: { name: string; dye: Dye } | null;
  readonly outline: readonly OutlineEntry[];
  isOpen(path: string): boolean;
  setOpen(path: string, isOpen: boolean): void;
  /** The discussion on a block, by the block's id. */
  blockAnchor(blockId: string): Anchor | undefined;
  /** The discussion on a run, by one of the addresses the run names. */
  runAnchor(addresses: readonly string[]): Anchor | undefined;
  selectThread(threadId: string): void;
  openItem(item: ItemId): void;
  openLink(url: string): void;
  goTo(path: readonly number[]): void;
};

const nothing = (): undefined => undefined;

/** Values outside of any page: nothing is known and nothing leads anywhere. */
const nowhere: Surroundings = {
  person: nothing,
  page: nothing,
  marks: [],
  isFinding: false,
  isPreview: false,
  url: null,
  title: "",
  icon: null,
  crumbs: [],
  workspace: null,
  outline: [],
  isOpen: () => false,
  setOpen: nothing,
  blockAnchor: nothing,
  runAnchor: nothing,
  selectThread: nothing,
  openItem: nothing,
  openLink: nothing,
  goTo: nothing,
};

const KEY = Symbol("surroundings");

/** For the component around a page. Values are read through getters, so that they may change. */
export function setSurroundings(surroundings: Partial<Surroundings>): void {
  const described = Object.getOwnPropertyDescriptors(surroundings);
  setContext(KEY, Object.defineProperties({ ...nowhere }, described));
}

export function getSurroundings(): Surroundings {
  return getContext<Surroundings | undefined>(KEY) ?? nowhere;
}

/** Finds users and pages by id among those an item names; ids compare with or without dashes. */
export function namesOf(people: readonly NameView[], pages: readonly PageName[]): Pick<Surroundings, "person" | "page"> {
  const bare = (id: string): string => id.replaceAll("-", "").toLowerCase();
  const persons = new Map(people.map((person) => [bare(person.id), person]));
  const titles = new Map(pages.map((page) => [bare(page.id), page]));
  return { person: (id) => persons.get(bare(id)), page: (id) => titles.get(bare(id)) };
}
