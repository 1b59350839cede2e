/** The colours Notion gives to options, statuses and text. */
export const notionColors = ["default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red"] as const;

export type NotionColor = (typeof notionColors)[number];

/** Any other word (a colour invented tomorrow) is shown as the default one. */
export function notionColor(name: string | null | undefined): NotionColor {
  return notionColors.find((color) => color === name) ?? "default";
}
