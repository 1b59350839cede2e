// The official JavaScript client, unchanged, against the simulator: an independent reading of the same API has to agree with it.
//
//     cargo build --package satchel-sim --bins
//     npm ci --prefix tests/conformance
//     node --test tests/conformance/*.test.mjs

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import {
  APIErrorCode,
  Client,
  ClientErrorCode,
  collectAllDataSourceRows,
  collectPaginatedAPI,
  extractPageId,
  isFullBlock,
  isFullComment,
  isFullDatabase,
  isFullDataSource,
  isFullPage,
  isFullUser,
  isNotionClientError,
  LogLevel,
} from "@notionhq/client";

import { Simulator } from "./simulator.mjs";

const paragraph = (content) => ({ paragraph: { rich_text: [{ text: { content } }] } });
const titled = (content) => ({ title: { title: [{ text: { content } }] } });
const plain = (runs) => runs.map((run) => run.plain_text).join("");

let simulator;
before(async () => {
  simulator = await Simulator.start();
});
after(() => simulator.stop());

/** A client of the first workspace of the demo. Refusals are to be seen, so nothing is tried again. */
const client = (options = {}) =>
  new Client({ auth: simulator.token, baseUrl: simulator.url, retry: false, logLevel: LogLevel.ERROR, notionVersion: "2026-03-11", ...options });

/** A client whose token may do everything. */
const personal = (options = {}) => client({ auth: simulator.tokenOf("Mara, personal"), ...options });

/** What a call was refused with. */
async function refusal(call) {
  try {
    await call;
  } catch (error) {
    assert.ok(isNotionClientError(error), `${error}`);
    return error;
  }
  assert.fail("the call was not refused");
}

/** A page of its own to write on. */
async function sheet(notion, name) {
  const [inbox] = (await notion.search({ query: "Inbox", filter: { property: "object", value: "page" } })).results;
  return notion.pages.create({ parent: { page_id: inbox.id }, properties: titled(name) });
}

describe("reading", () => {
  test("users", async () => {
    const notion = client();
    const me = await notion.users.me();
    assert.equal(me.bot.workspace_name, "Northlight Studio");
    const users = await collectPaginatedAPI(notion.users.list, { page_size: 2 });
    assert.ok(users.length > 3 && users.every(isFullUser));
    const person = users.find((user) => user.type === "person");
    assert.equal((await notion.users.retrieve({ user_id: person.id })).name, person.name);
  });

  test("search, page by page and in either order", async () => {
    const notion = client();
    const found = await collectPaginatedAPI(notion.search, { query: "launch plan", page_size: 2 });
    assert.ok(found.every((one) => isFullPage(one) || isFullDataSource(one)));
    assert.ok(found.some((one) => one.object === "page" && plain(Object.values(one.properties).find((value) => value.id === "title").title) === "Autumn launch plan"));
    const times = found.map((one) => one.last_edited_time);
    assert.deepEqual(times, times.toSorted().toReversed());
    const sources = await notion.search({ filter: { property: "object", value: "data_source" }, sort: { timestamp: "last_edited_time", direction: "ascending" } });
    assert.ok(sources.results.length > 3 && sources.results.every(isFullDataSource));
    await notion.search({ query: "launch", sort: { property: "relevance" } });
    assert.deepEqual((await notion.search({ filter: { in_trash: true } })).results, []);
  });

  test("pages, their properties one by one, and their addresses", async () => {
    const notion = client();
    const [plan] = (await notion.search({ query: "autumn" })).results;
    const page = await notion.pages.retrieve({ page_id: extractPageId(plan.url) });
    assert.equal(page.id, plan.id);
    for (const property of Object.values(page.properties)) {
      const item = await notion.pages.properties.retrieve({ page_id: page.id, property_id: property.id });
      assert.ok(item.object === "property_item" || item.type === "property_item");
    }
    const status = page.properties.Status.id;
    const narrow = await notion.pages.retrieve({ page_id: page.id, filter_properties: [status] });
    assert.deepEqual(Object.keys(narrow.properties), ["Status"]);
  });

  test("text as Markdown and as blocks", async () => {
    const notion = client();
    const [plan] = (await notion.search({ query: "autumn" })).results;
    const text = await notion.pages.retrieveMarkdown({ page_id: plan.id });
    assert.match(text.markdown, /What has to be true/);
    const blocks = await collectPaginatedAPI(notion.blocks.children.list, { block_id: plan.id, page_size: 10 });
    assert.ok(blocks.length > 10 && blocks.every(isFullBlock));
    const first = await notion.blocks.retrieve({ block_id: blocks[0].id });
    assert.deepEqual({ ...first, request_id: undefined }, { ...blocks[0], request_id: undefined });
  });

  test("databases and the rows of their tables", async () => {
    const notion = client();
    const [source] = (await notion.search({ query: "tidewater", filter: { property: "object", value: "data_source" } })).results;
    const schema = await notion.dataSources.retrieve({ data_source_id: source.id });
    const database = await notion.databases.retrieve({ database_id: schema.parent.database_id });
    assert.ok(isFullDatabase(database) && database.data_sources.some(({ id }) => id === source.id));
    const all = await collectPaginatedAPI(notion.dataSources.query, { data_source_id: source.id, page_size: 4 });
    const walked = await collectAllDataSourceRows(notion, { data_source_id: source.id });
    assert.deepEqual(walked.map(({ id }) => id).toSorted(), all.map(({ id }) => id).toSorted());
    const sorted = await notion.dataSources.query({ data_source_id: source.id, sorts: [{ timestamp: "created_time", direction: "ascending" }] });
    const times = sorted.results.map((row) => row.created_time);
    assert.deepEqual(times, times.toSorted());
    const title = Object.values(schema.properties).find(({ type }) => type === "title").name;
    const filter = { and: [{ property: title, title: { contains: "launch" } }, { timestamp: "created_time", created_time: { on_or_before: "today" } }] };
    const some = await notion.dataSources.query({ data_source_id: source.id, filter, filter_properties: ["title"] });
    assert.ok(some.results.length > 0 && some.results.length < all.length);
    assert.deepEqual(Object.keys(some.results[0].properties), [title]);
    assert.deepEqual((await notion.dataSources.listTemplates({ data_source_id: source.id })).templates, []);
  });

  test("comments of a page, not of its blocks", async () => {
    const notion = client();
    const [plan] = (await notion.search({ query: "autumn" })).results;
    const comments = await collectPaginatedAPI(notion.comments.list, { block_id: plan.id, page_size: 1 });
    assert.ok(comments.length > 0 && comments.every(isFullComment));
    assert.ok(comments.every(({ parent }) => parent.page_id === plan.id));
    assert.equal((await notion.comments.retrieve({ comment_id: comments[0].id })).discussion_id, comments[0].discussion_id);
  });
});

for (const notionVersion of ["2026-03-11", "2025-09-03"]) {
  describe(`writing, ${notionVersion}`, () => {
    test("pages are made, changed, moved, trashed and brought back", async () => {
      const notion = personal({ notionVersion });
      const page = await sheet(notion, "One");
      const body = { parent: { page_id: page.id }, markdown: "# Title\n- [ ] task\n> quote", position: { type: "page_start" } };
      const child = await notion.pages.create(body);
      assert.equal(plain(child.properties.title.title), "Title");
      assert.equal((await notion.pages.retrieveMarkdown({ page_id: child.id })).markdown, "- [ ] task\n> quote");
      const changed = await notion.pages.update({ page_id: child.id, properties: titled("Other"), icon: { emoji: "🧭" } });
      assert.deepEqual([plain(changed.properties.title.title), changed.icon.emoji], ["Other", "🧭"]);
      const elsewhere = await sheet(notion, "Two");
      assert.equal((await notion.pages.move({ page_id: child.id, parent: { page_id: elsewhere.id } })).parent.page_id, elsewhere.id);
      const trash = notionVersion === "2025-09-03" ? { archived: true } : { in_trash: true };
      const gone = await notion.pages.update({ page_id: child.id, ...trash });
      assert.deepEqual([gone.in_trash, "archived" in gone], [true, notionVersion === "2025-09-03"]);
      assert.equal((await notion.pages.update({ page_id: child.id, in_trash: false })).in_trash, false);
    });

    test("blocks are added where they should stand, changed and deleted", async () => {
      const notion = personal({ notionVersion });
      const { id } = await sheet(notion, "Blocks");
      const children = [
        { heading_2: { rich_text: [{ text: { content: "Heading" } }] } },
        { bulleted_list_item: { rich_text: [{ text: { content: "outer" } }], children: [{ to_do: { rich_text: [{ text: { content: "inner" } }], checked: true } }] } },
        { code: { rich_text: [{ text: { content: "let x = 1;" } }], language: "rust" } },
        { callout: { rich_text: [{ text: { content: "mind" } }] } },
        { table: { table_width: 1, children: [{ table_row: { cells: [[{ text: { content: "cell" } }]] } }] } },
      ];
      const added = await notion.blocks.children.append({ block_id: id, children });
      assert.deepEqual(added.results.map(({ type }) => type), ["heading_2", "bulleted_list_item", "code", "callout", "table"]);
      assert.deepEqual([added.results[1].has_children, added.results[3].callout.icon.emoji], [true, "💡"]);
      const position = { type: "after_block", after_block: { id: added.results[0].id } };
      const between = await notion.blocks.children.append({ block_id: id, children: [paragraph("between")], position });
      assert.equal(between.results.length, 5, "what follows is echoed");
      const changed = await notion.blocks.update({ block_id: between.results[0].id, ...paragraph("changed") });
      assert.equal(plain(changed.paragraph.rich_text), "changed");
      assert.equal((await notion.blocks.delete({ block_id: changed.id })).in_trash, true);
      const left = await notion.blocks.children.list({ block_id: id });
      assert.equal(left.results.length, 5);
    });

    test("text is edited as Markdown", async () => {
      const notion = personal({ notionVersion });
      const { id: page_id } = await sheet(notion, "Text");
      const replaced = await notion.pages.updateMarkdown({ page_id, type: "replace_content", replace_content: { new_str: "one\ntwo" } });
      assert.equal(replaced.markdown, "one\ntwo");
      const update_content = { content_updates: [{ old_str: "two", new_str: "three" }] };
      assert.equal((await notion.pages.updateMarkdown({ page_id, type: "update_content", update_content })).markdown, "one\nthree");
      const later = await notion.pages.updateMarkdown({ page_id, type: "insert_content", insert_content: { content: "four" }, allow_async: true });
      assert.deepEqual([later.object, later.status, later.poll_after_seconds], ["async_task", "queued", 2]);
      assert.equal((await notion.asyncTasks.retrieve({ task_id: later.id })).id, later.id);
    });

    test("a database is made, filled, queried and changed", async () => {
      const notion = personal({ notionVersion });
      const page = await sheet(notion, "Database");
      const properties = { Name: { title: {} }, Points: { number: {} }, Kind: { select: { options: [{ name: "a" }] } }, Id: { rich_text: {} } };
      const database = await notion.databases.create({ parent: { type: "page_id", page_id: page.id }, title: [{ text: { content: "Things" } }], initial_data_source: { properties } });
      const data_source_id = database.data_sources[0].id;
      for (const [name, points] of [["x", 1], ["y", 2], ["z", 3]]) {
        const values = { Name: { title: [{ text: { content: name } }] }, Points: { number: points }, Kind: { select: { name: "b" } }, Id: { rich_text: [{ text: { content: `id-${name}` } }] } };
        await notion.pages.create({ parent: { data_source_id }, properties: values });
      }
      const filter = { or: [{ property: "Points", number: { greater_than: 2 } }, { property: "Id", rich_text: { equals: "id-x" } }] };
      const rows = await notion.dataSources.query({ data_source_id, filter, sorts: [{ property: "Points", direction: "descending" }] });
      assert.deepEqual(rows.results.map((row) => row.properties.Points.number), [3, 1]);
      const schema = await notion.dataSources.update({ data_source_id, properties: { Points: { name: "Size" }, Id: null } });
      assert.deepEqual(Object.keys(schema.properties).toSorted(), ["Kind", "Name", "Size"]);
      assert.deepEqual(schema.properties.Kind.select.options.map(({ name }) => name), ["a", "b"]);
    });

    test("comments are written, answered, changed and deleted", async () => {
      const notion = personal({ notionVersion });
      const page = await sheet(notion, "Comments");
      const first = await notion.comments.create({ parent: { page_id: page.id }, rich_text: [{ text: { content: "first" } }] });
      const answer = await notion.comments.create({ discussion_id: first.discussion_id, markdown: "**second**" });
      const changed = await notion.comments.update({ comment_id: answer.id, rich_text: [{ text: { content: "third" } }] });
      assert.equal(plain(changed.rich_text), "third");
      await notion.comments.delete({ comment_id: first.id });
      const left = await notion.comments.list({ block_id: page.id });
      assert.deepEqual(left.results.map(({ id }) => id), [answer.id]);
    });
  });
}

describe("refusals", () => {
  test("have the codes the client knows, and name their request", async () => {
    const notion = personal();
    const unknown = "00000000-0000-0000-0000-000000000000";
    const cases = [
      [() => notion.pages.retrieve({ page_id: unknown }), 404, APIErrorCode.ObjectNotFound],
      [() => notion.pages.retrieve({ page_id: "nonsense" }), 400, APIErrorCode.ValidationError],
      [() => notion.search({ page_size: 1000 }), 400, APIErrorCode.ValidationError],
      [() => notion.comments.create({ parent: { page_id: unknown } }), 400, APIErrorCode.ValidationError],
      [() => notion.request({ path: "nowhere", method: "get" }), 400, APIErrorCode.InvalidRequestURL],
      [() => personal({ auth: "ntn_wrong" }).users.me(), 401, APIErrorCode.Unauthorized],
      [() => personal().users.list(), 403, APIErrorCode.RestrictedResource],
      [() => client().pages.update({ page_id: unknown, in_trash: true }), 403, APIErrorCode.RestrictedResource],
    ];
    for (const [call, status, code] of cases) {
      const error = await refusal(call());
      assert.deepEqual([error.status, error.code], [status, code], error.message);
      assert.match(error.request_id, /^[0-9a-f-]{36}$/);
      assert.match(error.ray_id, /-LIS$/);
    }
  });

  test("too many requests are told how long to wait", async () => {
    const slow = await Simulator.start("--requests-per-minute", "2");
    try {
      const notion = client({ auth: slow.token, baseUrl: slow.url });
      await notion.users.me();
      await notion.users.me();
      const error = await refusal(notion.users.me());
      assert.equal(error.code, APIErrorCode.RateLimited);
      assert.equal(error.additional_data.rate_limit_reason, "public_api_request_rate_limit");
      assert.equal(error.headers.get("retry-after"), error.additional_data.retry_after);
    } finally {
      await slow.stop();
    }
  });
});

describe("patience", () => {
  test("a client that waits as it is told comes through a small window, and through what goes wrong", async () => {
    const slow = await Simulator.start();
    try {
      await slow.control("window", { requests: 3, seconds: 1 });
      const notion = client({ auth: slow.token, baseUrl: slow.url, retry: { maxRetries: 5, initialRetryDelayMs: 10, maxRetryDelayMs: 2000 } });
      const users = await collectPaginatedAPI(notion.users.list, { page_size: 1 });
      assert.ok(users.length > 3);
      await slow.control("window", { requests: null });
      await slow.control("faults", { method: "GET", path: "/me", fault: { type: "internal_error" }, times: 2 });
      assert.equal((await notion.users.me()).object, "user");
      const { requests } = await slow.control("requests");
      assert.ok(requests.some(({ status }) => status === 429));
      assert.deepEqual(requests.slice(-3).map(({ status }) => status), [500, 500, 200]);
    } finally {
      await slow.stop();
    }
  });
});

describe("signing in", () => {
  const redirect_uri = "http://localhost:43110/callback";

  /** Answers the consent page as a browser would. Returns where it is sent. */
  async function consent(form) {
    const { client_id } = simulator.oauth;
    const query = new URLSearchParams({ client_id, redirect_uri, response_type: "code", owner: "user", state: "s 1" });
    const page = `${simulator.url}/v1/oauth/authorize?${query}`;
    assert.match(await (await fetch(page)).text(), /Northlight Studio/);
    const answer = await fetch(page, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
    assert.equal(answer.status, 302);
    return new URL(answer.headers.get("location")).searchParams;
  }

  test("a code becomes tokens, which are refreshed, looked up and revoked", async () => {
    const notion = client({ auth: undefined });
    const answer = await consent({ workspace: "mara-personal", decision: "allow" });
    assert.equal(answer.get("state"), "s 1");
    const first = await notion.oauth.token({ ...simulator.oauth, grant_type: "authorization_code", code: answer.get("code"), redirect_uri });
    assert.deepEqual([first.token_type, first.workspace_name, first.owner.type], ["bearer", "Mara, personal", "user"]);
    const second = await notion.oauth.token({ ...simulator.oauth, grant_type: "refresh_token", refresh_token: first.refresh_token });
    assert.equal((await refusal(notion.users.me({ auth: first.access_token }))).code, APIErrorCode.Unauthorized);
    assert.equal((await notion.users.me({ auth: second.access_token })).id, second.bot_id);
    assert.equal((await notion.oauth.introspect({ ...simulator.oauth, token: second.access_token })).active, true);
    await notion.oauth.revoke({ ...simulator.oauth, token: second.access_token });
    assert.equal((await notion.oauth.introspect({ ...simulator.oauth, token: second.access_token })).active, false);
    const reused = await refusal(notion.oauth.token({ ...simulator.oauth, grant_type: "refresh_token", refresh_token: second.refresh_token }));
    assert.deepEqual([reused.status, reused.code, JSON.parse(reused.body).error], [400, ClientErrorCode.ResponseError, "invalid_grant"]);
  });

  test("a person may say no", async () => {
    const answer = await consent({ workspace: "mara-personal", decision: "cancel" });
    assert.deepEqual([answer.get("error"), answer.get("state"), answer.get("code")], ["access_denied", "s 1", null]);
  });
});
