// One page with every kind of block and run, and one row with every type of value: for the gallery and for the tests. The records have a key for each
// kind, so a kind added to the core does not compile until it has an example here.

import type { Block, BlockKind, ItemView, NameView, PageName, Property, PropertyValue, RowsView, Span, User } from "../ipc";

export const ACCOUNT = "0190d000-0000-7000-8000-000000000001";
export const PAGE = "0190d000-0000-7000-8000-0000000000a1";
const JONAS = "0190d000-0000-7000-8000-0000000000b1";
const AIKO = "0190d000-0000-7000-8000-0000000000b2";
const MARA = "0190d000-0000-7000-8000-0000000000b3";
const PRIYA = "0190d000-0000-7000-8000-0000000000b4";
const BUDGET = "0190d000-0000-7000-8000-0000000000c1";
const TASKS = "0190d000-0000-7000-8000-0000000000c2";
const RITUALS = "0190d000-0000-7000-8000-0000000000c3";
const POSTMORTEM = "0190d000-0000-7000-8000-0000000000c4";
const HIDDEN = "0190d000-0000-7000-8000-0000000000c5";
export const ANCHORED_BLOCK = "0190d000-0000-7000-8000-0000000000d1";

export const t = (text: string, style?: Span["style"]): Span => ({ type: "text", text, ...(style ? { style } : {}) });

const block = (kind: BlockKind, children: Block[] = [], id?: string): Block => ({ ...kind, ...(children.length > 0 ? { children } : {}), ...(id ? { id } : {}) });
const p = (...text: Span[]): Block => block({ type: "paragraph", text, color: "default", icon: null });
const h = (level: number, text: string, options: { children?: Block[] } = {}): Block => block({ type: "heading", level, text: [t(text)], color: "default", is_toggleable: options.children !== undefined }, options.children);
const li = (text: string, children: Block[] = []): Block => block({ type: "bulleted_list_item", text: [t(text)], color: "default" }, children);
const ol = (text: string, children: Block[] = [], start: number | null = null, format: string | null = null): Block => block({ type: "numbered_list_item", text: [t(text)], color: "default", start, format }, children);
const todo = (is_checked: boolean, text: Span[], id?: string): Block => block({ type: "to_do", text, color: "default", is_checked }, [], id);
const toggle = (text: Span[], children: Block[]): Block => block({ type: "toggle", text, color: "default" }, children);
const user = (id: string, label: string): Span => ({ type: "mention", mention: { target: "user", id, label } });
const page = (id: string, label: string | null = null): Span => ({ type: "mention", mention: { target: "page", id, label } });
const date = (start: string, end: string | null = null): Span => ({ type: "mention", mention: { target: "date", start, end } });
const cells = (...rows: string[][]): { cells: { text: Span[] }[] }[] => rows.map((row) => ({ cells: row.map((text) => ({ text: [t(text)] })) }));

export const people: NameView[] = [
  { id: JONAS, name: "Jonas Okafor", is_you: false },
  { id: AIKO, name: "田中 愛子", is_you: false },
  { id: MARA, name: "Mara Lindqvist", is_you: true },
  { id: PRIYA, name: "Priya Raman", is_you: false },
];

export const pages: PageName[] = [
  { id: BUDGET, item: { type: "page", id: BUDGET }, title: "Launch budget 2026–27", icon: { type: "emoji", emoji: "💶" } },
  { id: TASKS, item: { type: "data_source", id: TASKS }, title: "Tidewater tasks", icon: { type: "emoji", emoji: "🧭" } },
  { id: RITUALS, item: { type: "page", id: RITUALS }, title: "Release rituals", icon: { type: "emoji", emoji: "📜" } },
  { id: POSTMORTEM, item: { type: "page", id: POSTMORTEM }, title: "Post-mortem: why the March launch slipped nine days", icon: { type: "emoji", emoji: "📉" } },
  { id: HIDDEN, item: null, title: null, icon: null },
];

const CODE = `// After the cut-off, only labelled fixes may merge.
const freeze = zoned("2026-11-27T18:00[Europe/Lisbon]");

export function mayMerge(pr: PullRequest, now = clock()) {
  if (now < freeze) return true;
  return pr.labels.includes("fix") && pr.approvals >= 2;
}`;

const TIDE = "h(t)=h_0+\\sum_{i=1}^{37}A_i\\cos(\\omega_i t+\\varphi_i)";

export const launchPlan: Block[] = [
  p(t("Tidewater 3 ships on "), date("2026-12-04"), t(", two weeks before the holiday freeze. "), user(JONAS, "Jonas Okafor"), t(" owns this page; numbers live in "), page(BUDGET), t(".")),
  block({ type: "callout", text: [t("Nothing new enters the release after "), t("Friday 27 November, 18:00", { bold: true }), t(". Fixes only, and every fix needs two reviewers.")], color: "yellow_background", icon: { type: "emoji", emoji: "✋" } }),
  h(2, "What has to be true"),
  todo(true, [t("Tide tables imported for 412 new harbours")]),
  todo(true, [t("Price test closed: €29 a year stays")]),
  todo(false, [t("Offline maps survive a cold start on Android 12")], ANCHORED_BLOCK),
  todo(false, [t("Support macros ready in Portuguese and 日本語（敬語の確認も）")]),
  toggle([t("How we decide on a slip", { bold: true })], [p(t("One call on Tuesday 1 December, fifteen minutes. Whoever says no writes down what would change their mind."))]),
  toggle([t("What happens to features that miss the freeze")], [p(t("They wait for January."))]),
  h(2, "Numbers"),
  block({
    type: "table",
    table: {
      has_column_header: true,
      rows: cells(["Measure", "2025", "Target", "Today"], ["Trial to paid", "6.1%", "7.5%", "7.2%"], ["Crash-free sessions", "99.41%", "99.80%", "99.78%"], ["Cold start, median", "2.9 s", "1.5 s", "1.7 s"], ["First reply from support", "9 h", "4 h", "5 h"]),
    },
  }),
  h(2, "The harbour list"),
  block({ type: "column_list" }, [
    block({ type: "column", ratio: 0.5 }, [block({ type: "media", media: "image", url: "https://files.example/lisbon.png", caption: [t("Lisbon approaches, test route 3")], name: "lisbon.png", color: "default" })]),
    block({ type: "column", ratio: 0.5 }, [h(3, "Map tiles"), ol("Bake at zoom 6 to 14"), ol("Sign, then upload"), ol("Check five harbours by hand", [li("Cascais, Setúbal, 横浜")])]),
  ]),
  h(2, "Tide model"),
  p(t("Height is a sum of harmonic constituents; we ship 37 of them per harbour, stored as "), t("f32", { code: true }), t(".")),
  block({ type: "equation", expression: TIDE, color: "default" }),
  h(2, "Freeze guard"),
  block({ type: "code", text: [t(CODE)], language: "typescript", caption: [] }),
  h(2, "Release rituals"),
  block({ type: "synced", role: "reference", url: `https://www.notion.so/${RITUALS.replaceAll("-", "")}#0190d0000000700080000000000000ff`, is_unavailable: false }, [li("Read the change log aloud once, to someone who did not write it."), li("Thank the person who found the worst bug.")]),
];

const COLORS = ["gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red"] as const;

/** One entry a kind: what the API calls it, and an example. */
export const everyBlock: Record<BlockKind["type"], Block[]> = {
  paragraph: [
    p(t("Plain, "), t("bold", { bold: true }), t(", "), t("italic", { italic: true }), t(", "), t("struck", { strikethrough: true }), t(", "), t("underlined", { underline: true }), t(", "), t("code", { code: true }), t(", "), { type: "text", text: "a link", link: { url: "https://tides.example/chart-datum" } }, t(", inline equation "), { type: "equation", expression: "e^{i\\pi}+1=0" }, t(", and "), t("both at once", { bold: true, italic: true }), t(".\nA second line. "), { type: "custom_emoji", name: "anchor", url: null }, { type: "raw", source: "<x/>", text: "raw" }, { type: "citation", url: "https://www.notion.so/x" }),
    p(...COLORS.flatMap((color) => [t(color, { color }), t(" ")])),
    p(...COLORS.flatMap((color) => [t(color, { color: `${color}_background` }), t(" ")])),
    p(user(AIKO, "Aiko"), t(" wrote "), page(RITUALS), t(" from "), { type: "mention", mention: { target: "data_source", id: TASKS } }, t(", due "), date("2026-11-23T17:00"), t(", on leave "), date("2026-12-21", "2027-01-04"), t(", see "), { type: "mention", mention: { target: "link", url: "https://tides.example/chart-datum", label: "Chart datum, explained" } }, t(", "), { type: "mention", mention: { target: "template", value: "today" } }, t(", "), { type: "mention", mention: { target: "database", id: TASKS } }, t(", "), { type: "mention", mention: { target: "other", kind: "agent", label: "Something new" } }, t(" and "), page(HIDDEN), t(".")),
    p(t("日本語の段落は禁則処理を守って改行します。")),
    p(t("النص العربي يبدأ من اليمين، ومعه علامات الترقيم والأرقام 37.")),
    p(),
  ],
  heading: [h(1, "Before the freeze"), h(2, "What has to be true"), h(3, "Who says go", { children: [p(t("Product, support and brand."))] }), h(4, "Notes on the January release")],
  bulleted_list_item: [li("Harbours with two tide gauges", [li("use the newer one", [li("unless it is being cleaned")])]), li("Harbours with none")],
  numbered_list_item: [ol("Bake tiles", [ol("zoom 6 to 14"), ol("sign each bundle")]), ol("Upload"), p(t("A pause starts the count anew.")), ol("Ninth", [], 9), ol("Tenth")],
  to_do: [todo(true, [t("Import the autumn revision")]), todo(false, [t("Check five harbours by hand")])],
  toggle: [toggle([t("What happens to features that miss the freeze")], [p(t("They wait for January."))])],
  quote: [block({ type: "quote", text: [t("A tide table is a promise made by the moon and kept by arithmetic.")], color: "default" })],
  callout: [
    block({ type: "callout", text: [t("Nothing new enters the release after "), t("Friday, 18:00", { bold: true }), t(".")], color: "yellow_background", icon: { type: "emoji", emoji: "✋" } }),
    block({ type: "callout", text: [t("Without an icon, none is reserved.")], color: "default", icon: null }, [li("And with something inside")]),
  ],
  code: [block({ type: "code", text: [t("def height(t, h0, parts):\n    return h0 + sum(a * cos(w * t + p) for a, w, p in parts)  # metres")], language: "python", caption: [t("The whole model, all of it")] })],
  equation: [block({ type: "equation", expression: TIDE, color: "default" }), block({ type: "equation", expression: "\\notacommand{x", color: "default" })],
  divider: [block({ type: "divider" })],
  breadcrumb: [block({ type: "breadcrumb" })],
  table_of_contents: [block({ type: "table_of_contents", color: "default" })],
  table: [block({ type: "table", table: { has_column_header: true, has_row_header: true, rows: cells(["Measure", "2025", "Today"], ["Trial to paid", "6.1%", "7.2%"], ["Cold start", "2.9 s", "1.7 s"]) } })],
  column_list: [block({ type: "column_list" }, ["Product\nFreeze on Friday", "Brand\nVideo by 2 December", "Support\nMacros in two languages"].map((text) => block({ type: "column", ratio: null }, [p(t(text))])))],
  column: [block({ type: "column", ratio: null }, [p(t("A column alone shows what is in it."))])],
  tab_list: [block({ type: "tab_list" }, [block({ type: "tab", label: [t("iPhone")], icon: null }, [p(t("Minimum version 17. Ask for location only on first use of the map."))]), block({ type: "tab", label: [t("Android")], icon: null }, [p(t("Minimum version 12."))]), block({ type: "tab", label: [], icon: null }, [p(t("Any."))])])],
  tab: [block({ type: "tab", label: [t("Alone")], icon: null }, [p(t("A tab alone shows what is in it."))])],
  synced: [
    block({ type: "synced", role: "original", url: null, is_unavailable: false }, [p(t("Read the change log aloud once."))]),
    block({ type: "synced", role: "reference", url: `https://www.notion.so/Rituals-${RITUALS.replaceAll("-", "")}`, is_unavailable: false }, [p(t("Thank the person who found the worst bug."))]),
    block({ type: "synced", role: "reference", url: null, is_unavailable: true }),
  ],
  media: [
    block({ type: "media", media: "image", url: "https://files.example/low-sun.jpg?X-Amz-Signature=1", caption: [t("Low sun, Cascais")], name: null, color: "default" }),
    block({ type: "media", media: "video", url: "https://video.example/rough-cut.mp4", caption: [], name: "rough-cut.mp4", color: "default" }),
    block({ type: "media", media: "audio", url: "https://files.example/pilot.m4a", caption: [], name: "pilot.m4a", color: "default" }),
    block({ type: "media", media: "file", url: "attachment:harbours", caption: [], name: "harbours-2026b.csv", color: "default" }),
    block({ type: "media", media: "pdf", url: "https://files.example/Launch-plan-v7.pdf", caption: [], name: "Launch-plan-v7-FINAL (2).pdf", color: "default" }),
  ],
  bookmark: [block({ type: "bookmark", url: "https://tides.example/chart-datum", caption: [t("Why every tide table starts from a different zero")] }), block({ type: "bookmark", url: null, caption: [] })],
  embed: [block({ type: "embed", url: "https://maps.example/route-3", caption: [] })],
  link_preview: [block({ type: "link_preview", url: "https://github.com/northlight/tidewater/pull/2148" })],
  link_to_page: [block({ type: "link_to_page", page_id: BUDGET, database_id: null }), block({ type: "link_to_page", page_id: HIDDEN, database_id: null })],
  child_page: [block({ type: "child_page", page_id: POSTMORTEM, title: "Post-mortem" })],
  child_database: [block({ type: "child_database", database_id: null, data_source_id: TASKS, title: "Tidewater tasks", icon: null, is_inline: true })],
  template: [block({ type: "template", text: [t("New release note")] })],
  meeting_notes: [
    block({ type: "meeting_notes", title: [t("Go or no-go rehearsal")], status: "summary_in_progress" }, [
      block({ type: "meeting_section", section: "summary" }, [todo(false, [t("Aiko retests the Pixel 4a on Monday")]), p(t("Everyone is ready except offline maps."))]),
      block({ type: "meeting_section", section: "notes" }, [p(t("Brand sends the video on Wednesday."))]),
      block({ type: "meeting_section", section: "transcript" }, [p(t("Jonas", { bold: true }), t(" Shall we start?"))]),
    ]),
  ],
  meeting_section: [block({ type: "meeting_section", section: "notes" }, [p(t("Notes alone show what is in them."))])],
  unsupported: [block({ type: "unsupported", kind: "form", url: "https://www.notion.so/form" }), block({ type: "unsupported", kind: "copy_indicator", url: null })],
  unknown: [block({ type: "unknown", source: "<hologram>Ask <b>twice</b></hologram>", text: [t("Ask twice")] })],
};

const person = (id: string, name: string | null, kind: User["kind"] = "person"): User => ({ id, name, avatar_url: null, kind, email: null });
const RATING = { name: "Priority", id: "prio", type: "select" } as const;

/** One or more values a type. */
export const everyValue: Record<PropertyValue["type"], PropertyValue[]> = {
  title: [{ type: "title", text: [t("Offline maps survive a cold start")] }, { type: "title", text: [] }],
  rich_text: [{ type: "rich_text", text: [t("With "), t("annotations", { bold: true })] }],
  number: [{ type: "number", number: -1284.5 }, { type: "number", number: null }],
  select: [{ type: "select", option: { name: "Urgent", color: "red" } }],
  multi_select: [{ type: "multi_select", options: ["Product", "Brand", "Support", "Data", "Maps"].map((name, index) => ({ name, color: COLORS[index] ?? "gray" })) }],
  status: [{ type: "status", option: { name: "In progress", color: "blue", group: "in_progress" } }],
  date: [{ type: "date", date: { start: "2026-11-23T17:00:00.000+00:00" } }, { type: "date", date: { start: "2026-11-30", end: "2026-12-02" } }],
  people: [{ type: "people", people: [person(PRIYA, "Priya Raman"), person(MARA, "Mara Lindqvist")], has_more: false }],
  files: [{ type: "files", files: [{ name: "map.png", url: "https://files.example/map.png", is_hosted: true }, { name: "plan.pdf", url: "https://files.example/plan.pdf", is_hosted: false }, { name: "more.zip", url: "https://files.example/more.zip", is_hosted: false }] }],
  checkbox: [{ type: "checkbox", is_checked: true }, { type: "checkbox", is_checked: false }],
  url: [{ type: "url", url: "https://github.com/northlight/tidewater/pull/2148" }],
  email: [{ type: "email", email: "pilots@lisbon.example" }],
  phone_number: [{ type: "phone_number", phone_number: "+351 21 000 00 00" }],
  relation: [{ type: "relation", pages: [{ id: BUDGET }, { id: RITUALS }, { id: "0190d000-0000-7000-8000-0000000000e1" }], has_more: false }],
  formula: [{ type: "formula", result: { type: "string", string: "1 day" } }, { type: "formula", result: { type: "number", number: 3 } }, { type: "formula", result: { type: "boolean", boolean: true } }, { type: "formula", result: { type: "date", date: { start: "2026-12-04" } } }, { type: "formula", result: { type: "unsupported" } }],
  rollup: [
    { type: "rollup", function: "percent_checked", result: { type: "number", number: 0.4 } },
    { type: "rollup", function: "latest_date", result: { type: "date", date: { start: "2026-12-04" } } },
    { type: "rollup", function: "show_original", result: { type: "array", values: [{ type: "select", option: { name: "Maps", color: "green" } }, { type: "select", option: { name: "Data", color: "brown" } }, { type: "select", option: { name: "iOS", color: "gray" } }] } },
    { type: "rollup", function: "sum", result: { type: "incomplete" } },
    { type: "rollup", function: "sum", result: { type: "unsupported" } },
  ],
  created_time: [{ type: "created_time", time: "2026-11-20T09:14:00.000Z" }],
  last_edited_time: [{ type: "last_edited_time", time: "2026-11-22T13:50:00.000Z" }],
  created_by: [{ type: "created_by", user: person(AIKO, "田中 愛子") }],
  last_edited_by: [{ type: "last_edited_by", user: person("0190d000-0000-7000-8000-0000000000b9", null, "unknown") }],
  unique_id: [{ type: "unique_id", prefix: "TW", number: 412 }],
  verification: [{ type: "verification", state: "verified", date: { start: "2026-09-01", end: "2027-03-01" }, verified_by: person(PRIYA, "Priya Raman") }, { type: "verification", state: "expired", date: null, verified_by: null }, { type: "verification", state: "unverified", date: null, verified_by: null }],
  place: [{ type: "place", place: { latitude: 38.6979, longitude: -9.4215, name: "Cascais marina", address: "Casa de São Bernardo" } }],
  button: [{ type: "button" }],
  unknown: [{ type: "unknown", kind: "hologram" }],
};

export const launchProperties: Property[] = [
  { id: "s", name: "Status", value: { type: "status", option: { name: "In progress", color: "blue", group: "in_progress" } } },
  { id: "o", name: "Owner", value: { type: "people", people: [person(JONAS, "Jonas Okafor")], has_more: false } },
  { id: "d", name: "Ships", value: { type: "date", date: { start: "2026-12-04" } } },
  { id: "t", name: "Teams", value: { type: "multi_select", options: [{ name: "Product", color: "orange" }, { name: "Brand", color: "purple" }, { name: "Support", color: "green" }] } },
  { id: "v", name: "Verification", value: { type: "verification", state: "verified", date: { start: "2026-09-01", end: "2027-03-01" }, verified_by: person(PRIYA, "Priya Raman") } },
];

/** The headings of a level, as the core finds them. */
export function outlineOf(blocks: readonly Block[], under: readonly number[] = []): ItemView["outline"] {
  return blocks.flatMap((entry, index) => {
    const path = [...under, index];
    const own = entry.type === "heading" ? [{ path, level: entry.level, text: entry.text.map((span) => (span.type === "text" ? span.text : "")).join("") }] : [];
    return [...own, ...outlineOf(entry.children ?? [], path)];
  });
}

export function sampleView(blocks: Block[] = launchPlan, changes: Partial<ItemView> = {}): ItemView {
  return {
    account_id: ACCOUNT,
    item: { type: "page", id: PAGE },
    kind: "page",
    title: "Autumn launch plan",
    icon: { type: "emoji", emoji: "🚀" },
    cover_url: "https://images.example/waves.jpg",
    url: `https://www.notion.so/${PAGE.replaceAll("-", "")}`,
    crumbs: [
      { item: { type: "page", id: BUDGET }, title: "Product", icon: null },
      { item: { type: "page", id: RITUALS }, title: "Launches", icon: null },
    ],
    properties: launchProperties,
    document: { blocks },
    outline: outlineOf(blocks),
    rows: null,
    people,
    pages,
    fetched_at: "2026-11-22T14:02:00",
    last_edited_time: "2026-11-22T13:50:00",
    is_truncated: false,
    in_trash: false,
    is_favourite: true,
    comment_count: 2,
    ...changes,
  };
}

const TASK_ROWS: [string | null, string, Property["value"]][] = [
  ["🗺️", "Offline maps survive a cold start on Android 12", { type: "status", option: { name: "In progress", color: "blue", group: "in_progress" } }],
  ["✉️", "Translate launch e-mails (pt-BR, 日本語)", { type: "status", option: { name: "In progress", color: "blue", group: "in_progress" } }],
  [null, "Cold start under 1.5 s on the slowest supported phone", { type: "status", option: { name: "In review", color: "purple", group: "in_progress" } }],
  ["🗾", "横浜港の潮位データを再確認する（2026年改訂版）", { type: "status", option: { name: "To do", color: "gray", group: "to_do" } }],
  ["⚓", "Import 412 harbours from the autumn revision", { type: "status", option: { name: "Done", color: "green", group: "complete" } }],
];

export const sampleRows: RowsView = {
  data_source_id: TASKS,
  columns: [
    { id: "title", name: "Task", type: "title" },
    { id: "s", name: "Status", type: "status" },
    { ...RATING },
    { id: "o", name: "Owner", type: "people" },
    { id: "d", name: "Due", type: "date" },
    { id: "n", name: "Points", type: "number", number_format: "number" },
    { id: "u", name: "ID", type: "unique_id" },
  ],
  rows: TASK_ROWS.map(([emoji, title, status], index) => ({
    page_id: `0190d000-0000-7000-8000-00000000f${String(index).padStart(3, "0")}`,
    title,
    icon: emoji === null ? null : { type: "emoji", emoji },
    properties: [
      { id: "s", name: "Status", value: status },
      { id: "prio", name: "Priority", value: { type: "select", option: index % 2 === 0 ? { name: "Urgent", color: "red" } : { name: "High", color: "orange" } } },
      { id: "o", name: "Owner", value: { type: "people", people: index === 0 ? [person(AIKO, "田中 愛子"), person(JONAS, "Jonas Okafor")] : [person(MARA, "Mara Lindqvist")], has_more: false } },
      { id: "d", name: "Due", value: { type: "date", date: { start: index === 2 ? "2020-11-20" : "2026-11-27" } } },
      { id: "n", name: "Points", value: { type: "number", number: index * 2.5 } },
      { id: "u", name: "ID", value: { type: "unique_id", prefix: "TW", number: 412 - index } },
    ],
    last_edited_time: "2026-11-22T13:50:00",
  })),
  total: 148,
};
