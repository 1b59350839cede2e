// Markdown as it is typed, cut into runs that are coloured in place. Not a parser: the core turns the text into blocks when it is saved. Every character of
// the text is in exactly one run, in order, or the coloured copy would no longer lie on the text it copies.

export type RunStyle = "marker" | "bold" | "code" | "strike" | "link" | null;
export type Run = { text: string; style: RunStyle };
export type LineKind = "title" | "heading" | "quote" | "item" | "done" | "code" | "divider" | "text";
export type Line = { kind: LineKind; runs: Run[] };

const FENCE = /^\s*(?:```|~~~)/u;
const ITEM = /^(\s*(?:[-*+]\s+\[[ xX]\]\s|\[[ xX]?\]\s|[-*+]\s|\d{1,9}[.)]\s))(.*)$/u;
const DONE = /^\s*(?:[-*+]\s+)?\[[xX]\]\s/u;

/** Runs inside a line. What is between two marks of code is not looked at any further. */
const INLINE = /(`+)(.+?)\1(?!`)|(\*\*|__)(?=\S)(.+?)(?<=\S)\3|(~~)(?=\S)(.+?)(?<=\S)\5|(?<![\w*])([*_])(?=\S)([^*_\n]+?)(?<=\S)\7(?![\w*])|(\[)([^\]\n]+)(\]\([^)\s]*\))|(https?:\/\/[^\s<>]+[^\s<>.,;:!?)\]}'"])/u;

export function inlineRuns(text: string): Run[] {
  const out: Run[] = [];
  let rest = text;
  const push = (piece: string | undefined, style: RunStyle): void => {
    if (piece) out.push({ text: piece, style });
  };
  for (let hit = INLINE.exec(rest); hit !== null; hit = INLINE.exec(rest)) {
    push(rest.slice(0, hit.index), null);
    const [whole, tick, code, bold, strong, tilde, struck, star, soft, open, label, close, url] = hit;
    if (tick) {
      push(tick, "marker");
      push(code, "code");
      push(tick, "marker");
    } else if (bold) {
      push(bold, "marker");
      push(strong, "bold");
      push(bold, "marker");
    } else if (tilde) {
      push(tilde, "marker");
      push(struck, "strike");
      push(tilde, "marker");
    } else if (star) {
      push(star, "marker");
      push(soft, null);
      push(star, "marker");
    } else if (open) {
      push(open, "marker");
      push(label, "link");
      push(close, "marker");
    } else {
      push(url, "link");
    }
    rest = rest.slice(hit.index + whole.length);
  }
  push(rest, null);
  return out;
}

function lineOf(text: string, isFirst: boolean): Line {
  const heading = /^(\s*#{1,4}\s+)(.*)$/u.exec(text);
  if (heading) return { kind: isFirst ? "title" : "heading", runs: [{ text: heading[1] ?? "", style: "marker" }, ...inlineRuns(heading[2] ?? "")] };
  if (isFirst) return { kind: "title", runs: inlineRuns(text) };
  if (/^\s*(?:---+|\*\*\*+|___+)\s*$/u.test(text)) return { kind: "divider", runs: [{ text, style: "marker" }] };
  const quote = /^(\s*>\s?)(.*)$/u.exec(text);
  if (quote) return { kind: "quote", runs: [{ text: quote[1] ?? "", style: "marker" }, ...inlineRuns(quote[2] ?? "")] };
  const item = ITEM.exec(text);
  if (item) return { kind: DONE.test(text) ? "done" : "item", runs: [{ text: item[1] ?? "", style: "marker" }, ...inlineRuns(item[2] ?? "")] };
  return { kind: "text", runs: inlineRuns(text) };
}

/** The whole text, line by line. The first line that says something is the title. */
export function styledLines(text: string): Line[] {
  let isInFence = false;
  let hasTitle = false;
  return text.split("\n").map((line) => {
    if (FENCE.test(line)) {
      isInFence = !isInFence;
      hasTitle = true;
      return { kind: "code", runs: [{ text: line, style: "marker" }] };
    }
    if (isInFence) return { kind: "code", runs: [{ text: line, style: null }] };
    const isFirst = !hasTitle && line.trim() !== "";
    if (isFirst) hasTitle = true;
    return lineOf(line, isFirst);
  });
}

/** The first line that says something, without its marks: what the note is called. */
export function titleOf(text: string): string {
  const line = text.split("\n").find((candidate) => candidate.trim() !== "") ?? "";
  return lineOf(line, true).runs.filter((run) => run.style !== "marker").map((run) => run.text).join("").trim();
}
