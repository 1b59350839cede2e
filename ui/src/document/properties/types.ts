// What the components of values share.

import type { IconName } from "../../kit/icons";
import type { PropertyValue, RollupResult } from "../../ipc";

/** Where a value stands: one line of a table, or beside its name where it may wrap. */
export type Form = "cell" | "peek";

const ICONS: Readonly<Record<string, IconName>> = {
  title: "title", rich_text: "text", number: "hash", select: "tag", multi_select: "list", status: "circle", date: "calendar", people: "user", files: "clip", checkbox: "checkbox", url: "globe", email: "mail",
  phone_number: "phone", relation: "relation", formula: "formula", rollup: "rollup", created_time: "clock", last_edited_time: "clock", created_by: "user", last_edited_by: "user", unique_id: "id",
  verification: "verified", place: "place", button: "button",
};

export function typeIcon(type: string): IconName {
  return ICONS[type] ?? "help";
}

/** Whether the column's cells stand at the end edge. */
export function isNumeric(type: string): boolean {
  return type === "number";
}

function isEmptyRollup(result: RollupResult): boolean {
  switch (result.type) {
    case "number":
      return result.number === null;
    case "date":
      return result.date === null;
    case "array":
      return result.values.every(isEmpty);
    default:
      return false;
  }
}

/** Whether there is nothing to show: blank in a table, “Empty” beside a name. */
export function isEmpty(value: PropertyValue): boolean {
  switch (value.type) {
    case "title":
    case "rich_text":
      return value.text.length === 0;
    case "number":
      return value.number === null;
    case "select":
    case "status":
      return value.option === null;
    case "multi_select":
      return value.options.length === 0;
    case "date":
      return value.date === null;
    case "people":
      return value.people.length === 0;
    case "files":
      return value.files.length === 0;
    case "url":
      return !value.url;
    case "email":
      return !value.email;
    case "phone_number":
      return !value.phone_number;
    case "relation":
      return value.pages.length === 0;
    case "formula":
      return (value.result.type === "string" && !value.result.string) || (value.result.type === "number" && value.result.number === null) || (value.result.type === "date" && value.result.date === null);
    case "rollup":
      return isEmptyRollup(value.result);
    case "unique_id":
      return value.number === null;
    case "place":
      return value.place === null;
    default:
      return false;
  }
}
