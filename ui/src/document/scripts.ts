// Which language a piece of text seems to be written in, as far as its letters tell. The pages do not say it, and Japanese, Chinese and Korean want
// different faces and line breaks than the rest (and than each other).

/** `ja`, `ko` or `zh` for text that is mostly in that script; undefined otherwise, so that the page's own language holds. */
export function scriptOf(text: string): "ja" | "ko" | "zh" | undefined {
  let kana = 0;
  let hangul = 0;
  let han = 0;
  let rest = 0;
  for (const letter of text.slice(0, 400)) {
    if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(letter)) kana += 1;
    else if (/\p{Script=Hangul}/u.test(letter)) hangul += 1;
    else if (/\p{Script=Han}/u.test(letter)) han += 1;
    else if (/\p{L}/u.test(letter)) rest += 1;
  }
  // One such letter says as much as two or three Latin ones.
  const wide = (kana + hangul + han) * 2;
  if (wide === 0 || wide < rest) return undefined;
  if (hangul > kana && hangul >= han) return "ko";
  return kana > 0 ? "ja" : "zh";
}
