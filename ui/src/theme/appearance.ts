// Theme, text size and motion as attributes of the root element; the stylesheets do the rest.

export type Theme = "system" | "light" | "dark";
export type Motion = "system" | "off";
export type Appearance = { theme: Theme; textScale: number; motion: Motion };

export const standardAppearance: Appearance = { theme: "system", textScale: 1, motion: "system" };

export const SMALLEST_TEXT = 0.9;
export const LARGEST_TEXT = 1.4;

const dark = (): MediaQueryList => window.matchMedia("(prefers-color-scheme: dark)");

/** Puts an appearance on the page. Returns how to stop following the system's theme. */
export function applyAppearance(appearance: Appearance, root: HTMLElement = document.documentElement): () => void {
  const query = dark();
  const show = (): void => {
    root.dataset["theme"] = appearance.theme === "system" ? (query.matches ? "dark" : "light") : appearance.theme;
  };
  show();
  if (appearance.motion === "off") root.dataset["motion"] = "off";
  else delete root.dataset["motion"];
  root.style.setProperty("--text-scale", String(clampTextScale(appearance.textScale)));
  if (appearance.theme !== "system") return () => undefined;
  query.addEventListener("change", show);
  return () => query.removeEventListener("change", show);
}

export function clampTextScale(scale: number): number {
  return Math.round(Math.max(SMALLEST_TEXT, Math.min(LARGEST_TEXT, scale)) * 10) / 10;
}
