// First letters of names. An emoji sequence or a letter with its marks is one of them and is never cut.

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function firstGrapheme(text: string): string {
  for (const { segment } of segmenter.segment(text.trim())) return segment.toLocaleUpperCase();
  return "";
}

/** “JO” for “Jonas Okafor”; one character for names written without spaces between words (Chinese, Japanese, Korean). */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const first = firstGrapheme(words[0] ?? "");
  if (/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(first) || words.length < 2) return first;
  return first + firstGrapheme(words.at(-1) ?? "");
}
