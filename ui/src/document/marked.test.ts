import { expect, test } from "vitest";

import type { Block } from "../ipc";
import { hiddenMarks } from "./marked";

const paragraph = (text: string): Block => ({ type: "paragraph", text: [{ type: "text", text, link: null }], color: "default", icon: null, children: [] });
const toggle = (text: string, ...children: Block[]): Block => ({ type: "toggle", text: [{ type: "text", text, link: null }], color: "default", children });

test("a toggle that hides what was found is opened, when nothing in sight says as much", () => {
  const page = [paragraph("The launch is near."), toggle("What happens to features", paragraph("Nothing."), toggle("Deeper", paragraph("The launch plan freezes on Friday.")))];
  expect(hiddenMarks(page, ["launch", "plan"])).toEqual([[1, 1, 0]]);
  expect(hiddenMarks([paragraph("The launch plan"), ...page], ["launch", "plan"])).toEqual([]);
  expect(hiddenMarks(page, ["zebra"])).toEqual([]);
  expect(hiddenMarks(page, [])).toEqual([]);
});

test("find in page opens all that have what is looked for", () => {
  const page = [paragraph("a harbour"), toggle("x", paragraph("another harbour")), toggle("y", paragraph("nothing"))];
  expect(hiddenMarks(page, ["arbour"], true)).toEqual([[1, 0]]);
});
