// Addresses that stand in pages. They come from outside: only those a browser or a mail program may have are ever offered.

const SERVICE = "https://www.notion.so";

/** The address in full when it is one to open; a relative one is the service's own. Null for anything else (`javascript:`, `file:`, rubbish). */
export function openable(url: string | null | undefined): string | null {
  if (!url) return null;
  let parsed;
  try {
    parsed = new URL(url, SERVICE);
  } catch {
    return null;
  }
  return parsed.protocol === "https:" || parsed.protocol === "http:" || parsed.protocol === "mailto:" ? parsed.href : null;
}

/** “tides.example”, as shown beside a link; the address itself for mail. */
export function hostOf(url: string | null | undefined): string {
  const full = openable(url);
  if (full === null) return "";
  const parsed = new URL(full);
  return parsed.protocol === "mailto:" ? decodeURIComponent(parsed.pathname) : parsed.host.replace(/^www\./u, "");
}

/** Host and path without scheme, as short as it stays true. */
export function shortAddress(url: string): string {
  const full = openable(url);
  if (full === null) return url;
  const parsed = new URL(full);
  if (parsed.protocol === "mailto:") return decodeURIComponent(parsed.pathname);
  const path = `${parsed.pathname}${parsed.search}`.replace(/\/$/u, "");
  return parsed.host.replace(/^www\./u, "") + decoded(path);
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** The last part of an address: a file's name. */
export function fileName(url: string): string {
  const full = openable(url);
  if (full === null) return "";
  return decoded(new URL(full).pathname.split("/").at(-1) ?? "");
}

/** The page an address of the service names, dashed; null for any other address. */
export function pageIdIn(url: string | null | undefined): string | null {
  const hex = /([0-9a-f]{32})(?:[?#].*)?$/iu.exec((url ?? "").replaceAll("-", ""))?.[1]?.toLowerCase();
  if (hex === undefined) return null;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
