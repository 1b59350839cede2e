import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";

import type { Block, BlockKind, ItemId } from "../ipc";
import DocumentView from "./Document.svelte";
import { everyBlock, outlineOf, sampleView, t } from "./samples";
import { Toggles } from "./toggles.svelte";

type Options = { isPreview?: boolean; marks?: string[]; toggles?: Toggles };

function show(blocks: Block[], options: Options = {}) {
  const calls = { onopen: vi.fn<(item: ItemId) => void>(), onlink: vi.fn<(url: string) => void>(), oncomment: vi.fn() };
  const toggles = options.toggles ?? new Toggles();
  const result = render(DocumentView, { document: { blocks }, view: { ...sampleView(), outline: outlineOf(everyBlock.heading) }, workspace: { name: "Northlight Studio", dye: "indigo" }, ...options, toggles, ...calls });
  const page = result.container.querySelector<HTMLElement>(".doc");
  if (!page) throw new Error("no page");
  page.addEventListener("keydown", (event) => result.component.onkeydown(event));
  return { ...calls, page, toggles, user: userEvent.setup(), container: result.container };
}

/** What must be on the screen for each kind. */
const expected: Record<BlockKind["type"], (page: HTMLElement) => void> = {
  paragraph: (page) => {
    expect(page.textContent).toContain("Plain, bold, italic");
    expect(page.querySelector("strong em")?.textContent).toBe("both at once");
    expect(page.querySelector("strong")?.textContent).toBe("bold");
    expect(page.querySelector(".wash-blue")?.textContent).toBe("blue");
    expect(page.querySelector(".tint-red")?.textContent).toBe("red");
    expect(page.querySelector("[lang=ja]")?.textContent).toBe("日本語の段落は禁則処理を守って改行します。");
    expect(page.textContent).toContain(":anchor:raw");
    expect(page.textContent).toContain("A page Satchel can’t see");
    expect(page.textContent).toContain("田中 愛子 wrote");
  },
  heading: () => expect([2, 3, 4, 5].map((level) => screen.getByRole("heading", { level }).textContent)).toEqual(["Before the freeze", "What has to be true", "Who says go", "Notes on the January release"]),
  bulleted_list_item: (page) => {
    expect(screen.getAllByRole("list")).toHaveLength(3);
    expect([...page.querySelectorAll(".marker")].map((marker) => marker.textContent)).toEqual(["•", "◦", "▪", "•"]);
  },
  numbered_list_item: (page) => expect([...page.querySelectorAll(".marker")].map((marker) => marker.textContent)).toEqual(["1.", "a.", "b.", "2.", "9.", "10."]),
  to_do: () => {
    const boxes = screen.getAllByRole("checkbox");
    expect(boxes.map((box) => box.getAttribute("aria-checked"))).toEqual(["true", "false"]);
    expect(boxes.every((box) => box.getAttribute("aria-readonly") === "true")).toBe(true);
    expect(screen.getByRole("checkbox", { name: "Import the autumn revision" })).toBeTruthy();
  },
  toggle: () => expect(screen.getByRole("button", { name: /What happens to features/u }).getAttribute("aria-expanded")).toBe("false"),
  quote: (page) => expect(page.querySelector("blockquote")?.textContent).toContain("kept by arithmetic"),
  callout: () => expect(screen.getAllByRole("note")).toHaveLength(2),
  code: (page) => {
    expect(page.querySelector("pre")?.textContent).toContain("def height(t, h0, parts):\n    return");
    expect(screen.getByRole("button", { name: "Copy code" })).toBeTruthy();
    expect(page.querySelector("figcaption")?.textContent).toBe("The whole model, all of it");
  },
  equation: (page) => expect(page.textContent).toContain("\\notacommand{x"),
  divider: () => expect(screen.getByRole("separator")).toBeTruthy(),
  breadcrumb: (page) => expect(page.textContent).toContain("Launches"),
  table_of_contents: () => expect(within(screen.getByRole("navigation", { name: "Contents" })).getAllByRole("link")).toHaveLength(4),
  table: () => {
    expect(screen.getAllByRole("columnheader").map((head) => head.textContent)).toEqual(["Measure", "2025", "Today"]);
    expect(screen.getByRole("rowheader", { name: "Cold start" })).toBeTruthy();
    expect(screen.getByRole("cell", { name: "6.1%" }).classList.contains("end")).toBe(true);
  },
  column_list: (page) => expect(page.querySelectorAll(".column")).toHaveLength(3),
  column: (page) => expect(page.textContent).toContain("A column alone"),
  tab_list: () => expect(screen.getAllByRole("tab").map((tab) => tab.textContent)).toEqual(["iPhone", "Android", "Tab 3"]),
  tab: (page) => expect(page.textContent).toContain("A tab alone"),
  synced: (page) => {
    expect(page.textContent).toContain("Synced from");
    expect(screen.getByRole("link", { name: "Release rituals" })).toBeTruthy();
    expect(page.textContent).toContain("The original isn’t shared with Satchel");
  },
  media: () => {
    expect(screen.getByRole("group", { name: "Low sun, Cascais" }).textContent).toContain("Not kept offline");
    expect(screen.getByRole("group", { name: "harbours-2026b.csv" }).textContent).toContain("See it in Notion");
    expect(screen.getAllByRole("button", { name: "Open in browser" })).toHaveLength(4);
  },
  bookmark: (page) => expect(page.textContent).toContain("tides.example/chart-datum"),
  embed: (page) => expect(page.textContent).toContain("maps.example. Embeds run in the browser"),
  link_preview: (page) => expect(page.textContent).toContain("github.com"),
  link_to_page: (page) => {
    expect(screen.getByRole("link", { name: "Launch budget 2026–27" })).toBeTruthy();
    expect(page.textContent).toContain("A page Satchel can’t see");
  },
  child_page: () => expect(screen.getByRole("link", { name: /Post-mortem: why/u })).toBeTruthy(),
  child_database: (page) => {
    expect(page.textContent).toContain("Tidewater tasks");
    expect(screen.getByRole("button", { name: "Open" })).toBeTruthy();
  },
  template: () => expect((screen.getByRole("button", { name: "New release note" }) as HTMLButtonElement).disabled).toBe(true),
  meeting_notes: (page) => {
    expect(screen.getAllByRole("radio").map((part) => part.textContent)).toEqual(["Summary", "Notes", "Transcript"]);
    expect(page.textContent).toContain("Summary on its way");
    expect(page.textContent).not.toContain("Shall we start?");
  },
  meeting_section: (page) => expect(page.textContent).toContain("Notes alone"),
  unsupported: (page) => {
    expect(page.textContent).toContain("A form. Notion doesn’t share");
    expect(page.textContent).toContain("“copy indicator”");
  },
  unknown: (page) => {
    expect(page.textContent).toContain("A new kind of block");
    expect(page.textContent).toContain("Ask twice");
  },
};

describe("every kind of block", () => {
  test.each(Object.keys(everyBlock) as BlockKind["type"][])("%s is shown with its role and its text", (kind) => {
    const { page } = show(everyBlock[kind]);
    expected[kind](page);
  });

  test("a kind these windows do not know keeps its children", () => {
    const block = { type: "hologram", children: everyBlock.quote } as unknown as Block;
    const { page } = show([block]);
    expect(page.textContent).toContain("A new kind of block");
    expect(page.textContent).toContain("kept by arithmetic");
  });
});

test("formulas become MathML, and a command that could load something comes to nothing", async () => {
  const { page } = show([{ type: "equation", expression: "\\href{javascript:alert(1)}{x}+\\frac{1}{2}", color: "default" }]);
  await vi.waitFor(() => expect(page.querySelector("math, code")?.closest(".maths") ?? page.querySelector(".problem")).toBeTruthy(), { timeout: 20_000 });
  expect(page.querySelector("a, script, img, [href]")).toBeNull();
  const { page: other } = show([{ type: "equation", expression: "\\frac{1}{2}", color: "default" }]);
  await vi.waitFor(() => expect(other.querySelector("math mfrac")).toBeTruthy(), { timeout: 20_000 });
  expect(other.querySelector("math")?.namespaceURI).toBe("http://www.w3.org/1998/Math/MathML");
});

test("code is coloured once its language is there, and its text stays the same", async () => {
  const { page } = show(everyBlock.code);
  const before = page.querySelector("pre")?.textContent;
  await vi.waitFor(() => expect(page.querySelector("pre .keyword")?.textContent).toBe("def"), { timeout: 20_000 });
  expect(page.querySelector("pre .comment")?.textContent).toBe("# metres");
  expect(page.querySelector("pre")?.textContent).toBe(before);
});

test("markup in a text stays text", () => {
  const { page } = show([{ type: "paragraph", text: [t("<img src=x onerror=alert(1)>")], color: "default", icon: null }]);
  expect(page.querySelector("img")).toBeNull();
  expect(page.querySelector("p")?.textContent).toBe("<img src=x onerror=alert(1)>");
});

test("a link opens in the browser, a page inside, and an address that is none is not a link", async () => {
  const page = "0190d000-0000-7000-8000-0000000000c1";
  const { user, onlink, onopen } = show([
    { type: "paragraph", color: "default", icon: null, text: [{ type: "text", text: "out", link: { url: "https://tides.example/" } }, { type: "text", text: "in", link: { url: `/${page}`, page_id: page } }, { type: "text", text: "bad", link: { url: "javascript:alert(1)" } }] },
  ]);
  await user.click(screen.getByRole("link", { name: "out" }));
  expect(onlink).toHaveBeenCalledWith("https://tides.example/");
  await user.click(screen.getByRole("link", { name: "in" }));
  expect(onopen).toHaveBeenCalledWith({ type: "page", id: page });
  expect(screen.queryByRole("link", { name: "bad" })).toBeNull();
});

test("the words of a search are marked, accents and case aside", () => {
  const { page } = show([{ type: "paragraph", text: [t("Setúbal and setubalense, presetubal")], color: "default", icon: null }], { marks: ["setubal"] });
  expect([...page.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["Setúbal", "setubal"]);
});

test("an empty last line is not shown, one inside is", () => {
  const { page } = show([{ type: "paragraph", text: [t("one\n\ntwo"), t("\n\n")], color: "default", icon: null }]);
  expect(page.querySelector("p")?.textContent).toBe("one\n\ntwo");
});

describe("keys", () => {
  const blocks = [...everyBlock.quote, ...everyBlock.toggle, ...everyBlock.bulleted_list_item];

  test("J and K move from block to block", async () => {
    const { page, user } = show(blocks);
    const all = [...page.querySelectorAll<HTMLElement>("[data-block]")];
    all[0]?.focus();
    await user.keyboard("jj");
    expect(document.activeElement).toBe(all[2]);
    await user.keyboard("k");
    expect(document.activeElement).toBe(all[1]);
  });

  test("on a toggle the arrows and Enter open and close it", async () => {
    const { page, user } = show(blocks);
    page.querySelector<HTMLElement>("[data-toggle]")?.focus();
    await user.keyboard("{ArrowRight}");
    expect(page.textContent).toContain("They wait for January.");
    await user.keyboard("{ArrowLeft}");
    expect(page.textContent).not.toContain("They wait for January.");
    await user.keyboard("{Enter}");
    expect(page.textContent).toContain("They wait for January.");
  });

  test("Alt and Enter opens all toggles, then closes all, and a page shown again remembers them", async () => {
    const { page, user, toggles } = show([...everyBlock.toggle, ...everyBlock.heading]);
    page.querySelector<HTMLElement>("[data-block]")?.focus();
    await user.keyboard("{Alt>}{Enter}{/Alt}");
    expect(page.textContent).toContain("They wait for January.");
    expect(page.textContent).toContain("Product, support and brand.");
    const again = show([...everyBlock.toggle], { toggles });
    expect(again.page.textContent).toContain("They wait for January.");
    await user.keyboard("{Alt>}{Enter}{/Alt}");
    expect(toggles.isOpen("0")).toBe(false);
  });

  test("C comments on the focused block", async () => {
    const { page, user, oncomment } = show([{ ...(everyBlock.quote[0] as Block), id: "block-1" }]);
    page.querySelector<HTMLElement>("[data-block]")?.focus();
    await user.keyboard("c");
    expect(oncomment).toHaveBeenCalledWith("block-1", expect.stringContaining("A tide table"));
  });

  test("arrows choose among tabs and the panel follows", async () => {
    const { user } = show(everyBlock.tab_list);
    screen.getByRole("tab", { name: "iPhone" }).focus();
    await user.keyboard("{ArrowRight}");
    expect(document.activeElement).toBe(screen.getByRole("tab", { name: "Android" }));
    expect(screen.getByRole("tabpanel", { name: "Android" }).textContent).toContain("Minimum version 12.");
  });
});

test("a long page is laid out in pieces that keep one numbering", () => {
  const many = Array.from({ length: 200 }, (_, index) => (everyBlock.quote[0] ? { ...everyBlock.quote[0], id: `q${index}` } : index)) as Block[];
  const { page } = show(many);
  expect(page.querySelectorAll(".chunk")).toHaveLength(5);
  expect([...page.querySelectorAll("[data-path]")].map((block) => block.getAttribute("data-path"))).toEqual(many.map((_, index) => String(index)));
});
