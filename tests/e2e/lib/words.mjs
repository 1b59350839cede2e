// The words of the UI, from its own catalogue, so that a test names what a person reads without repeating it.

import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../../ui/messages/en/", import.meta.url);
const catalogue = Object.assign({}, ...readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8"))));

function variants(id) {
  const message = catalogue[id];
  if (message === undefined) throw new Error(`the catalogue has no message ${id}`);
  return typeof message === "string" ? [message] : message.flatMap(({ match }) => Object.values(match));
}

/** A message without blanks, as it is. */
export function words(id) {
  const [text] = variants(id);
  if (/[{}]/u.test(text)) throw new Error(`${id} has blanks: use like("${id}")`);
  return text;
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&");

/** A message with blanks, as an expression that takes anything for those not given. */
export function like(id, blanks = {}) {
  const forms = variants(id).map((text) =>
    text
      .replace(/\{[#/][^}]*\}/gu, "")
      .split(/(\{\w+\})/u)
      .map((part) => {
        const blank = /^\{(\w+)\}$/u.exec(part)?.[1];
        if (blank === undefined) return escaped(part);
        const given = blanks[blank.replace(/Shown$/u, "")];
        return given === undefined ? ".*" : escaped(String(given));
      })
      .join(""),
  );
  return new RegExp(`(?:${forms.join("|")})`, "u");
}
