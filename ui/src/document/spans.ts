// Runs of rich text as plain text, for names, tooltips and copies.

import type { Mention, Span } from "../ipc";

function mentionText(mention: Mention): string {
  switch (mention.target) {
    case "date":
      return mention.end ? `${mention.start} → ${mention.end}` : mention.start;
    case "template":
      return mention.value;
    case "link":
      return mention.label ?? mention.url;
    case "other":
      return mention.label ?? mention.url ?? mention.kind;
    default:
      return mention.label ?? "";
  }
}

export function plainText(spans: readonly Span[]): string {
  return spans
    .map((span) => {
      switch (span.type) {
        case "text":
          return span.text;
        case "equation":
          return span.expression;
        case "mention":
          return mentionText(span.mention);
        case "custom_emoji":
          return `:${span.name}:`;
        case "raw":
          return span.text;
        case "citation":
          return "";
      }
    })
    .join("");
}

/** The same runs without line breaks at their end: an empty last line is not shown. */
export function withoutTrailingBreaks(spans: readonly Span[]): readonly Span[] {
  const last = spans.at(-1);
  if (last?.type !== "text" || !last.text.endsWith("\n")) return spans;
  const text = last.text.replace(/\n+$/u, "");
  const before = spans.slice(0, -1);
  return text === "" ? withoutTrailingBreaks(before) : [...before, { ...last, text }];
}
