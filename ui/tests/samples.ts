// A small world for tests and for the gallery: three workspaces, what was found in them, what is on its way. Plain data in the shapes of the core.

import type { AccountView, AppState, Block, DatabaseSummary, ErrorCode, ItemSummary, ItemView, OutboxItem, SearchHit, SearchResults, Settings, Span, SyncPhase } from "../src/ipc";

/** The moment all samples are seen at. */
export const NOW = new Date("2026-11-23T14:34:00Z");

const ago = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();

const granted = { read_content: "granted", insert_content: "granted", update_content: "refused", read_comments: "granted", insert_comments: "granted", user_information: "unknown" } as const;

export function account(change: Partial<AccountView> = {}): AccountView {
  return {
    id: "01N",
    name: "Northlight Studio",
    dye: "indigo",
    token_kind: "internal",
    token_hint: "ntn_…7f2c",
    posts_as: "Satchel (Mara)",
    capabilities: granted,
    sync: { type: "idle", synced_at: ago(2) },
    coverage: { pages: 3912, bodies: 3912, data_sources: 17, failed: 0, bytes: 486_000_000 },
    ...change,
  };
}

export const northlight = account();
export const mara = account({ id: "01M", name: "Mara, personal", dye: "moss", token_kind: "personal", token_hint: "ntn_…a91e", posts_as: "Mara Lindqvist", sync: { type: "fetching", done: 500, total: 806, is_first: false }, coverage: { pages: 806, bodies: 500, data_sources: 9, failed: 2, bytes: 74_000_000 } });
export const kumo = account({ id: "01K", name: "雲研究室 Kumo Lab", dye: "plum", token_kind: "personal", token_hint: "ntn_…03bd", sync: { type: "idle", synced_at: ago(61) }, coverage: { pages: 212, bodies: 212, data_sources: 3, failed: 0, bytes: 31_000_000 } });
export const accounts = [northlight, mara, kumo];

export function withSync(base: AccountView, sync: SyncPhase): AccountView {
  return { ...base, sync };
}

export function appState(change: Partial<AppState> = {}): AppState {
  return {
    version: "0.1.0",
    profile: "personal",
    secrets: "keychain",
    role: "owner",
    platform: "linux",
    accounts,
    outbox: { waiting: 4, needs_you: 1 },
    connectivity: { type: "online" },
    notices: [] satisfies ErrorCode[],
    ...change,
  };
}

export const settings: Settings = { theme: "light", motion: "system", text_size: 100, is_sidebar_open: true, is_preview_open: true, is_comments_open: true };

const crumbs = (...titles: string[]): ItemSummary["crumbs"] => titles.map((title) => ({ item: null, title, icon: null }));
const emoji = (glyph: string): { type: "emoji"; emoji: string } => ({ type: "emoji", emoji: glyph });

function marksOf(text: string, words: readonly string[]): { start: number; end: number }[] {
  return words.flatMap((word) => [...text.matchAll(new RegExp(word, "giu"))].map((match) => ({ start: match.index, end: match.index + word.length }))).sort((a, b) => a.start - b.start);
}

const WORDS = ["launch", "plan"];

export function hit(change: Partial<SearchHit> & { title: string }): SearchHit {
  return {
    account_id: "01N",
    item: { type: "page", id: `page-${change.title}` },
    kind: "page",
    group: "title",
    title_marks: marksOf(change.title, WORDS),
    icon: null,
    crumbs: [],
    snippet: null,
    last_edited_time: ago(12),
    trailing: null,
    comment: null,
    is_kept: true,
    ...change,
  };
}

const snippet = (text: string): SearchHit["snippet"] => ({ text, marks: marksOf(text, WORDS) });

export const hits: SearchHit[] = [
  hit({ title: "Autumn launch plan", group: "best", icon: emoji("🚀"), crumbs: crumbs("Product", "Launches"), snippet: snippet("The launch plan freezes on Friday 27 November, 18:00. After that, fixes only.") }),
  hit({ title: "Launch budget 2026–27", item: { type: "data_source", id: "budget" }, kind: "data_source", icon: emoji("💶"), crumbs: crumbs("Finance"), trailing: { type: "rows", count: 148 }, last_edited_time: ago(26 * 60) }),
  hit({ title: "春のローンチ計画（Spring launch plan）製品発表までの全体スケジュールと担当者一覧、翻訳の締切", account_id: "01K", icon: emoji("🗾"), crumbs: crumbs("2027年", "製品"), last_edited_time: "2026-11-15T09:00:00Z" }),
  hit({ title: "Post-mortem: why the March launch slipped nine days, and what we changed in the plan, the checklists and the on-call rota", icon: emoji("📉"), crumbs: crumbs("Product", "Retros"), last_edited_time: "2026-11-03T09:00:00Z" }),
  hit({ title: "Translate launch e-mails (pt-BR, 日本語)", kind: "row", crumbs: [{ item: { type: "data_source", id: "tasks" }, title: "Tidewater tasks", icon: emoji("🧭") }], trailing: { type: "status", option: { id: "x", name: "In progress", color: "blue", group: "in_progress" } }, last_edited_time: ago(125) }),
  hit({ title: "Launch video: shot list", icon: emoji("🎬"), crumbs: crumbs("Brand"), is_kept: false, last_edited_time: "2026-11-06T09:00:00Z" }),
  hit({ title: "Weekly notes, 16 November", group: "text", account_id: "01M", icon: emoji("📓"), crumbs: crumbs("Journal"), snippet: snippet("…ask Jonas whether the launch plan still assumes the old price, before Tuesday’s call…"), last_edited_time: "2026-11-19T09:00:00Z" }),
  hit({ title: "Onboarding e-mails", group: "text", icon: emoji("💬"), crumbs: crumbs("Product"), title_marks: [], comment: { discussion_id: "d-waitlist", author: "Priya Raman" }, snippet: snippet("Should the launch plan mention the waitlist? Support keeps asking."), last_edited_time: "2026-11-18T09:00:00Z" }),
];

export const results: SearchResults = { hits, total: 20, is_complete: true, corrections: [], narrowed: [], took_us: 6100 };
/** The same, found with words that narrow. */
export const narrowedResults: SearchResults = { ...results, narrowed: [{ start: 7, end: 18, by: { type: "edited", within: "<30d" } }, { start: 19, end: 38, by: { type: "database", name: "Launches" } }] };
export const nothing: SearchResults = { hits: [], total: 0, is_complete: true, corrections: ["tidewater retro"], narrowed: [], took_us: 4200 };

export function item(title: string, glyph: string | null, openedAt: string | null, change: Partial<ItemSummary> = {}): ItemSummary {
  return { account_id: "01N", item: { type: "page", id: `item-${title}` }, kind: "page", title, icon: glyph === null ? null : emoji(glyph), crumbs: crumbs("Product"), last_edited_time: ago(600), opened_at: openedAt, ...change };
}

export const recent: ItemSummary[] = [
  item("Autumn launch plan", "🚀", ago(14), { crumbs: crumbs("Product", "Launches") }),
  item("Tidewater tasks", "🧭", ago(42), { kind: "data_source", item: { type: "data_source", id: "tasks" } }),
  item("Weekly notes, 16 November", "📓", ago(123), { account_id: "01M", crumbs: crumbs("Journal") }),
  item("Launch budget 2026–27", "💶", ago(1200), { kind: "data_source", item: { type: "data_source", id: "budget" }, crumbs: crumbs("Finance") }),
  item("Sourdough log", "🍞", ago(1300), { account_id: "01M", crumbs: crumbs("Kitchen") }),
  item("春のローンチ計画（Spring launch plan）製品発表までの全体スケジュール", "🗾", ago(4 * 1440), { account_id: "01K", crumbs: crumbs("2027年", "製品") }),
  item("Contract template, freelance engineers", null, ago(5 * 1440), { crumbs: crumbs("Legal") }),
];

export const databases: DatabaseSummary[] = [
  { ...item("Launch budget 2026–27", "💶", null, { kind: "data_source", item: { type: "data_source", id: "budget" }, crumbs: crumbs("Finance") }), rows: 148 },
  { ...item("Reading list", null, null, { kind: "data_source", account_id: "01M", item: { type: "data_source", id: "reading" }, crumbs: [] }), rows: 1 },
  { ...item("Tidewater tasks", "🧭", null, { kind: "data_source", item: { type: "data_source", id: "tasks" } }), rows: 12 },
];

export const favourites: ItemSummary[] = [
  item("Autumn launch plan", "🚀", ago(14)),
  item("Tidewater tasks", "🧭", ago(42), { kind: "data_source", item: { type: "data_source", id: "tasks" } }),
  item("Field notes", "📓", null),
  item("春のローンチ計画", "🗾", null, { account_id: "01K" }),
  item("Launch budget 2026–27", "💶", null),
  item("Sourdough log", "🍞", null, { account_id: "01M" }),
  item("Contract template, freelance engineers", null, null),
];

const text = (value: string): Span => ({ type: "text", text: value, link: null });
const paragraph = (value: string): Block => ({ type: "paragraph", text: [text(value)], color: "default", icon: null, children: [] });
const heading = (value: string): Block => ({ type: "heading", level: 2, text: [text(value)], color: "default", is_toggleable: false, children: [] });
const toDo = (value: string, isChecked: boolean): Block => ({ type: "to_do", text: [text(value)], color: "default", is_checked: isChecked, children: [] });

export function itemView(change: Partial<ItemView> = {}): ItemView {
  return {
    account_id: "01N",
    item: { type: "page", id: "page-Autumn launch plan" },
    kind: "page",
    title: "Autumn launch plan",
    icon: emoji("🚀"),
    cover_url: null,
    url: "https://app.notion.com/p/autumn",
    crumbs: crumbs("Product", "Launches"),
    properties: [
      { id: "s", name: "Status", value: { type: "status", option: { name: "In progress", color: "blue", group: "in_progress" } } },
      { id: "o", name: "Owner", value: { type: "people", people: [{ id: "u1", name: "Jonas Okafor", avatar_url: null, kind: "person", email: null }], has_more: false } },
      { id: "d", name: "Ships", value: { type: "date", date: { start: "2026-12-04", end: null, time_zone: null } } },
    ],
    document: {
      blocks: [
        paragraph("Tidewater 3 ships on 4 December, two weeks before the holiday freeze. Jonas owns this page; numbers live in the budget."),
        paragraph("The launch plan freezes on Friday 27 November, 18:00. After that, fixes only. Anything that slips goes to the January release without a meeting."),
        heading("What has to be true"),
        toDo("Tide tables imported for 412 new harbours", true),
        toDo("Price test closed: €29 a year stays", true),
        toDo("Offline maps survive a cold start on Android 12", false),
        toDo("Support macros ready in Portuguese and Japanese", false),
        heading("Who says go"),
        paragraph("Three yeses: product, support and brand. A missing yes moves the launch, it does not shrink the test plan."),
      ],
    },
    outline: [],
    rows: null,
    people: [],
    pages: [],
    fetched_at: ago(32),
    last_edited_time: ago(12),
    is_truncated: false,
    in_trash: false,
    is_favourite: true,
    comment_count: 0,
    ...change,
  };
}

export function outboxItem(change: Partial<OutboxItem> & { title: string }): OutboxItem {
  return {
    id: `op-${change.title}`,
    account_id: "01N",
    kind: "row",
    text: `${change.title}\nTwo people in Porto saw yesterday’s low tide on the lock screen until they opened the app.`,
    destination: { type: "data_source", id: "bugs" },
    destination_title: "Bug reports",
    destination_icon: emoji("🐛"),
    crumbs: [],
    created_at: ago(42),
    state: { type: "waiting", reason: "turn" },
    ...change,
  };
}

export const outbox: OutboxItem[] = [
  outboxItem({ title: "Widget wrong after daylight saving: two more reports", state: { type: "needs_you", code: "invalid", detail: "“Severity” is no longer a property of this database." } }),
  outboxItem({ title: "Retest offline maps on the Pixel 4a", destination_title: "Tidewater tasks", destination_icon: emoji("🧭"), created_at: ago(3), state: { type: "sending" } }),
  outboxItem({ title: "Ask the Lisbon pilots about the new chart symbols", destination_title: "Tidewater tasks", destination_icon: emoji("🧭"), created_at: ago(6) }),
  outboxItem({ title: "Moving it to Monday’s build. I will retest in the morning.", kind: "comment", destination: { type: "page", id: "p" }, destination_title: "Autumn launch plan", destination_icon: emoji("🚀"), created_at: ago(3), state: { type: "waiting", reason: "network" } }),
  outboxItem({ title: "横浜港の追加データは来週までに届く予定、担当は岸田さん", account_id: "01K", destination_title: "潮位データ置き場", destination_icon: emoji("🌙"), created_at: ago(47), state: { type: "waiting", reason: "sign_in" } }),
  outboxItem({ title: "Price page: keep €29, explain the family plan in one sentence", destination_title: "Tidewater tasks", destination_icon: emoji("🧭"), state: { type: "sent", at: ago(144), url: "https://app.notion.com/p/price" } }),
  outboxItem({ title: "Sourdough: 72% water, 14 h in the cold, better crumb", account_id: "01M", kind: "append", destination: { type: "page", id: "s" }, destination_title: "Sourdough log", destination_icon: emoji("🍞"), state: { type: "sent", at: ago(301), url: "https://app.notion.com/p/bread" } }),
  outboxItem({ title: "A note that was not meant", state: { type: "discarded", at: ago(1500) } }),
];
