import { render } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";

import type { PropertyValue as Value } from "../../ipc";
import { everyValue } from "../samples";
import PropertyValue from "./PropertyValue.svelte";
import type { Form } from "./types";

const now = new Date("2026-11-22T14:40:00Z");

function texts(type: Value["type"], form: Form): string[] {
  return everyValue[type].map((value) => {
    const { container } = render(PropertyValue, { value, form, now, schema: { id: "x", name: "Points", type, number_format: type === "number" ? "number_with_commas" : null } });
    return (container.textContent ?? "").replace(/\s+/gu, " ").trim();
  });
}

/** Peek and cell of each example. */
const expected: Record<Value["type"], { peek: (string | RegExp)[]; cell: (string | RegExp)[] }> = {
  title: { peek: ["Offline maps survive a cold start", "Empty"], cell: ["Offline maps survive a cold start", "Untitled"] },
  rich_text: { peek: ["With annotations"], cell: ["With annotations"] },
  number: { peek: ["−1,284.5", "Empty"], cell: ["−1,284.5", ""] },
  select: { peek: ["Urgent"], cell: ["Urgent"] },
  multi_select: { peek: ["ProductBrandSupportDataMaps"], cell: [/^ProductBrandSupport ?\+2$/u] },
  status: { peek: ["In progress"], cell: ["In progress"] },
  date: { peek: [/2026.*tomorrow$/u, /→/u], cell: [/Nov/u, /→/u] },
  people: { peek: [/Priya Raman.*Mara Lindqvist/u], cell: [/Priya \+1$/u] },
  files: { peek: ["map.pngplan.pdfmore.zip"], cell: [/PNG.*PDF.*\+1/u] },
  checkbox: { peek: ["", ""], cell: ["", ""] },
  url: { peek: ["https://github.com/northlight/tidewater/pull/2148"], cell: ["github.com/northlight/tidewater/pull/2148"] },
  email: { peek: ["pilots@lisbon.example"], cell: ["pilots@lisbon.example"] },
  phone_number: { peek: ["+351 21 000 00 00"], cell: ["+351 21 000 00 00"] },
  relation: { peek: ["3 hidden"], cell: ["3 hidden"] },
  formula: { peek: ["1 day", "3", "", /4 December 2026|December 4, 2026/u, "Shown in Notion"], cell: ["1 day", "3", "", /4/u, "Shown in Notion"] },
  rollup: { peek: ["40%", /2026/u, "MapsDataiOS", "Not complete yet", "Shown in Notion"], cell: ["40%", /4/u, /^MapsData ?\+1$/u, "Not complete yet", "Shown in Notion"] },
  created_time: { peek: [/2026/u], cell: ["Fri"] },
  last_edited_time: { peek: [/2026/u], cell: ["50 min"] },
  created_by: { peek: [/田中 愛子$/u], cell: [/田中 愛子$/u] },
  last_edited_by: { peek: [/Someone$/u], cell: [/Someone$/u] },
  unique_id: { peek: ["TW-412"], cell: ["TW-412"] },
  verification: { peek: [/^Verified ?by Priya until (?:1 March|March 1,) 2027$/u, "Expired", "Not verified"], cell: [/^Verified ?until/u, "Expired", ""] },
  place: { peek: [/Cascais marina.*Casa de São Bernardo.*Open in maps/u], cell: ["Cascais marina"] },
  button: { peek: ["Points"], cell: ["Points"] },
  unknown: { peek: ["Shown in Notion"], cell: ["Shown in Notion"] },
};

describe.each(["peek", "cell"] as const)("every type of value, %s", (form) => {
  test.each(Object.keys(everyValue) as Value["type"][])("%s", (type) => {
    const found = texts(type, form);
    expect(found).toHaveLength(expected[type][form].length);
    expected[type][form].forEach((text, index) => (typeof text === "string" ? expect(found[index]).toBe(text) : expect(found[index]).toMatch(text)));
  });
});

test("a box says what it is and whether it is checked", () => {
  const { getByRole } = render(PropertyValue, { value: { type: "checkbox", is_checked: true }, form: "cell", schema: { id: "x", name: "Done", type: "checkbox" } });
  expect(getByRole("img", { name: "Done: Checked" })).toBeTruthy();
});

test("a late date says so in words", () => {
  const { container } = render(PropertyValue, { value: { type: "date", date: { start: "2026-11-20" } }, form: "cell", isLate: true, now });
  expect(container.textContent).toMatch(/, late/u);
});
