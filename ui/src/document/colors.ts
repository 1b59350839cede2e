// Colours of text and blocks. The service sends one word for both: `blue` colours the text, `blue_background` what is behind it.

import { notionColor, type NotionColor } from "../kit/colors";

export type Tint = { text: NotionColor; background: null } | { text: "default"; background: NotionColor };

export function tintOf(color: string | null | undefined): Tint {
  const background = /^(.+?)_(?:background|bg)$/u.exec(color ?? "")?.[1];
  if (background !== undefined) return { text: "default", background: notionColor(background) };
  return { text: notionColor(color), background: null };
}

/** The class of `tints.css` for a colour; empty when there is nothing to colour. */
export function tintClass(color: string | null | undefined): string {
  const { text, background } = tintOf(color);
  if (background !== null) return `wash-${background}`;
  return text === "default" ? "" : `tint-${text}`;
}
