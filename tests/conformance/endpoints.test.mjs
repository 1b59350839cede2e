// Every endpoint of the official JavaScript client, one by one: there is a call of ours for it, what that sends has the client's own types, and so has
// what the simulator answers. The list is the client's, so an endpoint it gains is missed here until it is there.
//
//     cargo build --package satchel-sim --bins
//     npm ci --prefix tests/conformance
//     node --test tests/conformance/endpoints.test.mjs

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Client, LogLevel } from "@notionhq/client";

import { Simulator } from "./simulator.mjs";

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const target = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "conformance");

/** Agents steer the service's own assistants; webhooks are what it sends. Neither is a call a client of pages makes. */
const GROUPS = ["async-tasks", "blocks", "comments", "custom-emojis", "data-sources", "databases", "file-uploads", "meeting-notes", "oauth", "pages", "search", "users", "views"];

/** The client's own list: name, method, parameters, and the path with `:name` for each of its own. */
const ENDPOINTS = GROUPS.flatMap((group) =>
  Object.entries(require(`@notionhq/client/build/src/api-endpoints/${group}.js`))
    .filter(([, endpoint]) => typeof endpoint?.path === "function")
    .map(([name, { method, path, pathParams, queryParams }]) => ({
      name,
      method: method.toUpperCase(),
      pathParams,
      queryParams,
      path: path(Object.fromEntries(pathParams.map((parameter) => [parameter, `:${parameter}`]))),
    })),
);

/** The endpoint that a request goes to, with its path's parameters. */
function endpointOf(method, path) {
  const parts = path.replace(/^\/v1\//u, "").split("/");
  for (const endpoint of ENDPOINTS.toSorted((a, b) => a.pathParams.length - b.pathParams.length)) {
    const wanted = endpoint.path.split("/");
    if (endpoint.method !== method || wanted.length !== parts.length) continue;
    if (!wanted.every((part, at) => part.startsWith(":") || part === parts[at])) continue;
    return { endpoint, parameters: Object.fromEntries(wanted.flatMap((part, at) => (part.startsWith(":") ? [[part.slice(1), parts[at]]] : []))) };
  }
  return null;
}

/** Answers of the simulator by endpoint. */
const answers = new Map();

async function remembering(url, init) {
  const answer = await fetch(url, init);
  const found = endpointOf(init.method, new URL(url).pathname);
  if (found !== null && answer.ok && answer.status !== 202) {
    const body = await answer.clone().json();
    answers.set(found.endpoint.name, [...(answers.get(found.endpoint.name) ?? []), body]);
  }
  return answer;
}

let simulator;
before(async () => {
  simulator = await Simulator.start();
});
after(() => simulator.stop());

/** The version in which the client's types are written: they have `archived`. */
const client = (options = {}) => new Client({ auth: simulator.token, baseUrl: simulator.url, retry: false, logLevel: LogLevel.ERROR, fetch: remembering, notionVersion: "2025-09-03", ...options });

const paragraph = (content) => ({ paragraph: { rich_text: [{ text: { content } }] } });
const titled = (content) => ({ title: { title: [{ text: { content } }] } });
const bytes = (text) => new Blob([text], { type: "text/plain" });

test("the simulator answers every endpoint of the official client", async () => {
  const notion = client({ auth: simulator.tokenOf("Mara, personal") });
  const studio = client();
  const me = await notion.users.me({});
  const users = await studio.users.list({});
  await studio.users.retrieve({ user_id: users.results[0].id });
  assert.equal(me.object, "user");

  const [inbox] = (await notion.search({ query: "Inbox", filter: { property: "object", value: "page" } })).results;
  const page = await notion.pages.create({ parent: { page_id: inbox.id }, properties: titled("Every endpoint"), children: [paragraph("one")] });
  await notion.pages.retrieve({ page_id: page.id });
  await notion.pages.update({ page_id: page.id, icon: { emoji: "🧪" } });
  await notion.pages.properties.retrieve({ page_id: page.id, property_id: "title" });
  await notion.pages.retrieveMarkdown({ page_id: page.id });
  await notion.pages.updateMarkdown({ page_id: page.id, type: "insert_content", insert_content: { content: "two" } });
  const other = await notion.pages.create({ parent: { page_id: inbox.id }, properties: titled("To move") });
  await notion.pages.move({ page_id: other.id, parent: { page_id: page.id } });

  const [block] = (await notion.blocks.children.append({ block_id: page.id, children: [paragraph("three")] })).results;
  await notion.blocks.children.list({ block_id: page.id });
  await notion.blocks.retrieve({ block_id: block.id });
  await notion.blocks.update({ block_id: block.id, paragraph: { rich_text: [{ text: { content: "four" } }] } });
  await notion.blocks.delete({ block_id: block.id });

  const database = await notion.databases.create({ parent: { type: "page_id", page_id: page.id }, title: [{ text: { content: "Tides" } }], initial_data_source: { properties: { Name: { title: {} }, Height: { number: {} } } } });
  await notion.databases.retrieve({ database_id: database.id });
  await notion.databases.update({ database_id: database.id, is_inline: true });
  const source = database.data_sources[0].id;
  await notion.dataSources.retrieve({ data_source_id: source });
  await notion.dataSources.update({ data_source_id: source, properties: { Port: { rich_text: {} } } });
  await notion.dataSources.create({ parent: { database_id: database.id }, properties: { Name: { title: {} } } });
  await notion.pages.create({ parent: { data_source_id: source }, properties: { Name: { title: [{ text: { content: "High" } }] }, Height: { number: 3.1 } } });
  await notion.dataSources.query({ data_source_id: source });
  await notion.dataSources.listTemplates({ data_source_id: source });

  const view = await notion.views.create({ data_source_id: source, database_id: database.id, name: "By height", type: "table", sorts: [{ property: "Height", direction: "descending" }] });
  await notion.views.list({ database_id: database.id });
  await notion.views.retrieve({ view_id: view.id });
  await notion.views.update({ view_id: view.id, name: "Highest first" });
  const query = await notion.views.queries.create({ view_id: view.id });
  assert.equal(query.total_count, 1);
  await notion.views.queries.results({ view_id: view.id, query_id: query.id });
  await notion.views.queries.delete({ view_id: view.id, query_id: query.id });
  await notion.views.delete({ view_id: view.id });

  const comment = await notion.comments.create({ parent: { page_id: page.id }, rich_text: [{ text: { content: "hm" } }] });
  await notion.comments.list({ block_id: page.id });
  await notion.comments.retrieve({ comment_id: comment.id });
  await notion.comments.update({ comment_id: comment.id, markdown: "hm!" });
  await notion.comments.delete({ comment_id: comment.id });

  const small = await notion.fileUploads.create({ filename: "a.txt" });
  await notion.fileUploads.send({ file_upload_id: small.id, file: { filename: "a.txt", data: bytes("small") } });
  await notion.fileUploads.retrieve({ file_upload_id: small.id });
  const large = await notion.fileUploads.create({ mode: "multi_part", filename: "b.txt", number_of_parts: 1 });
  await notion.fileUploads.send({ file_upload_id: large.id, part_number: "1", file: { filename: "b.txt", data: bytes("large, almost") } });
  const whole = await notion.fileUploads.complete({ file_upload_id: large.id });
  assert.equal(whole.status, "uploaded");
  await notion.fileUploads.list({});
  await notion.blocks.children.append({ block_id: page.id, children: [{ file: { type: "file_upload", file_upload: { id: small.id } } }] });

  const recording = await notion.fileUploads.create({ filename: "meeting.mp3" });
  await notion.fileUploads.send({ file_upload_id: recording.id, file: { filename: "meeting.mp3", data: new Blob(["la la"], { type: "audio/mpeg" }) } });
  await notion.blocks.meetingNotes.create({ title: "Stand-up", source: { type: "file_upload", file_upload_id: recording.id }, parent: { type: "page_id", page_id: page.id } });
  await notion.blocks.meetingNotes.query({});

  await notion.customEmojis.list({});
  const accepted = await notion.pages.create({ parent: { page_id: page.id }, markdown: "# Later", allow_async: true });
  const task = await notion.asyncTasks.retrieve({ task_id: accepted.id });
  assert.equal(task.object, "async_task");

  const redirect_uri = "http://localhost:17872/callback";
  const asked = new URLSearchParams({ client_id: simulator.oauth.client_id, response_type: "code", owner: "user", redirect_uri, state: "s" });
  const consent = await fetch(`${simulator.url}/v1/oauth/authorize?${asked}`, { method: "POST", body: new URLSearchParams({ workspace: "mara-personal", decision: "allow" }), redirect: "manual" });
  const code = new URL(consent.headers.get("location")).searchParams.get("code");
  const grant = await notion.oauth.token({ ...simulator.oauth, grant_type: "authorization_code", code, redirect_uri });
  await notion.oauth.introspect({ ...simulator.oauth, token: grant.access_token });
  await notion.oauth.revoke({ ...simulator.oauth, token: grant.access_token });

  const missing = ENDPOINTS.map(({ name }) => name).filter((name) => !answers.has(name));
  assert.deepEqual(missing, [], "endpoints nobody answered");
});

/** What our calls send, by endpoint: the snapshot that the Rust tests keep. */
function requests() {
  const snapshot = readFileSync(join(root, "src-tauri/crates/notion/tests/it/snapshots/it__calls__every_endpoint_is_asked_as_it_wants_to_be.snap"), "utf8");
  const sent = JSON.parse(snapshot.slice(snapshot.indexOf("\n---\n", 4) + 5));
  const found = new Map();
  for (const [name, [line, body]] of Object.entries(sent)) {
    const [method, address] = line.split(" ");
    const url = new URL(address, "http://notion.test");
    const place = endpointOf(method, url.pathname);
    assert.ok(place !== null, `${name} goes to no endpoint of the client: ${line}`);
    const query = {};
    for (const key of new Set(url.searchParams.keys())) query[key] = key === "filter_properties" ? url.searchParams.getAll(key) : plain(url.searchParams.get(key));
    const parameters = { ...place.parameters, ...query, ...body };
    // The client has no types for what views filter and sort by: they are written as objects without a key.
    if (place.endpoint.path === "views") for (const key of ["filter", "sorts"]) delete parameters[key];
    found.set(place.endpoint.name, [...(found.get(place.endpoint.name) ?? []), parameters]);
  }
  return found;
}

/** A value of a query as the client takes it. */
function plain(text) {
  if (text === "true" || text === "false") return text === "true";
  return /^\d+$/u.test(text) ? Number(text) : text;
}

/** An answer without what the client's types leave out: the request's id, and whether a relation goes on. */
function typed(value, isTop = true) {
  if (Array.isArray(value)) return value.map((one) => typed(one, false));
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([key]) => !(isTop && key === "request_id") && !(key === "has_more" && "relation" in value));
  return Object.fromEntries(kept.map(([key, one]) => [key, typed(one, false)]));
}

test("what we send and what the simulator answers have the client's types", async () => {
  const sent = requests();
  // They are sent as forms or under a connection's name, and the Rust tests look at them by themselves.
  const elsewhere = new Set(["sendFileUpload", "oauthToken", "oauthIntrospect", "oauthRevoke"]);
  assert.deepEqual(ENDPOINTS.map(({ name }) => name).filter((name) => !sent.has(name) && !elsewhere.has(name)), [], "endpoints without a call of ours");

  const lines = ['import type * as Notion from "@notionhq/client/build/src/api-endpoints";'];
  for (const { name } of ENDPOINTS) {
    const type = name[0].toUpperCase() + name.slice(1);
    for (const [at, parameters] of (sent.get(name) ?? []).entries()) lines.push(`export const ${name}_request_${at}: Notion.${type}Parameters = ${JSON.stringify(parameters)};`);
    for (const [at, answer] of (answers.get(name) ?? []).entries()) lines.push(`export const ${name}_answer_${at}: Notion.${type}Response = ${JSON.stringify(typed(answer))};`);
  }
  // Beside the packages, so that they are found.
  const file = join(here, "endpoints.generated.ts");
  mkdirSync(target, { recursive: true });
  writeFileSync(file, `${lines.join("\n")}\n`);
  const compiler = join(here, "node_modules/typescript/bin/tsc");
  const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler", "--target", "es2022"];
  const complaints = await promisify(execFile)(process.execPath, [compiler, ...flags, file], { maxBuffer: 64 << 20 }).then(() => "", ({ stdout, stderr }) => `${stdout}${stderr}`);
  assert.equal(complaints, "");
});
