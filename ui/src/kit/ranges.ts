/** Start (included) and end (not included) of a match, in UTF-16 units as JavaScript counts them. */
export type Range = readonly [start: number, end: number];

/** Cuts a text at its matches. Ranges that overlap, run backwards or leave the text are clipped, so nothing is shown twice or lost. */
export function pieces(text: string, ranges: readonly Range[]): { text: string; match: boolean }[] {
  const out: { text: string; match: boolean }[] = [];
  let at = 0;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const start = Math.max(at, Math.min(from, text.length));
    const end = Math.min(to, text.length);
    if (end <= start) continue;
    if (start > at) out.push({ text: text.slice(at, start), match: false });
    out.push({ text: text.slice(start, end), match: true });
    at = end;
  }
  if (at < text.length) out.push({ text: text.slice(at), match: false });
  return out;
}
