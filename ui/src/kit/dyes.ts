/** The colours of workspaces, in the order they are given out. */
export const dyes = ["indigo", "moss", "plum", "brick", "slate", "ochre"] as const;

export type Dye = (typeof dyes)[number];

export function isDye(value: unknown): value is Dye {
  return typeof value === "string" && dyes.some((dye) => dye === value);
}

/** The dye of the nth connected workspace. */
export function dyeAt(index: number): Dye {
  return dyes[index % dyes.length] ?? "slate";
}
