// English as the pseudo-locale writes it: accented, bracketed and 40 % longer.

const ACCENTED = Object.fromEntries(
  Array.from("aåbƀcçdďeéfƒgğhĥiîjĵkķlļmɱnñoöpƥqɋrŕsštţuüvṽwŵxẋyýzžAÅBßCÇDĎEÉFƑGĞHĤIÎJĴKĶLĻMṀNÑOÖPƤQɊRŔSŠTŢUÜVṼWŴXẊYÝZŽ")
    .join("")
    .match(/../gu)
    .map((pair) => [...pair]),
);

/** Text outside braces is changed; `{placeholders}` and `{#markup}…{/markup}` stay as they are. */
export function pseudo(text) {
  const letters = text.replace(/\{[^}]*\}/gu, "").length;
  const accented = text.replace(/\{[^}]*\}|[A-Za-z]/gu, (part) => (part.length === 1 ? (ACCENTED[part] ?? part) : part));
  const padding = "·~".repeat(Math.ceil(letters * 0.2));
  return `⟦${accented}${padding ? ` ${padding}` : ""}⟧`;
}
