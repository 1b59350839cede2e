// What can be said about a pasted token before Notion is asked. Pure.

export type TokenLooks = "empty" | "good" | "short" | "foreign";

/** Tokens start with `ntn_` (or the older `secret_`) and go on for some forty characters. Anything that may be one is left to Notion to judge. */
export function looksOf(token: string): TokenLooks {
  const trimmed = token.trim();
  if (trimmed === "") return "empty";
  if (!/^(ntn_|secret_)/u.test(trimmed) || /\s/u.test(trimmed)) return "foreign";
  return trimmed.length < 40 ? "short" : "good";
}
