// Moving among the items of one widget with the arrow keys. Which item that is, is the caller's to keep.

import type { Attachment } from "svelte/attachments";

type Axis = "horizontal" | "vertical" | "both";

/** The index an arrow, Home or End leads to, or null when the key does not move. Wraps around; left and right follow the direction of the text. */
export function stepFor(key: string, index: number, count: number, axis: Axis, rtl = false): number | null {
  if (count === 0) return null;
  const next = axis !== "vertical" ? (rtl ? "ArrowLeft" : "ArrowRight") : null;
  const previous = axis !== "vertical" ? (rtl ? "ArrowRight" : "ArrowLeft") : null;
  if (key === next || (axis !== "horizontal" && key === "ArrowDown")) return (index + 1) % count;
  if (key === previous || (axis !== "horizontal" && key === "ArrowUp")) return (index - 1 + count) % count;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return null;
}

/** Makes the elements matching `selector` one Tab stop: the arrows move the focus among them, and the last focused one keeps the stop. */
export function roving(selector: string, axis: Axis = "both"): Attachment<HTMLElement> {
  return (container) => {
    const items = (): HTMLElement[] => [...container.querySelectorAll<HTMLElement>(selector)];
    const claim = (current: HTMLElement | undefined): void => {
      for (const item of items()) item.tabIndex = item === current ? 0 : -1;
    };
    const settle = (): void => {
      const all = items();
      if (!all.some((item) => item.tabIndex === 0)) claim(all[0]);
      else claim(all.find((item) => item.tabIndex === 0));
    };
    const onFocus = (event: FocusEvent): void => {
      const item = items().find((candidate) => candidate === event.target);
      if (item) claim(item);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const all = items();
      const index = all.findIndex((item) => item === document.activeElement);
      if (index === -1) return;
      const to = stepFor(event.key, index, all.length, axis, getComputedStyle(container).direction === "rtl");
      if (to === null) return;
      event.preventDefault();
      event.stopPropagation();
      all[to]?.focus();
    };
    container.addEventListener("focusin", onFocus);
    container.addEventListener("keydown", onKey);
    const observer = new MutationObserver(settle);
    observer.observe(container, { childList: true, subtree: true });
    settle();
    return () => {
      observer.disconnect();
      container.removeEventListener("focusin", onFocus);
      container.removeEventListener("keydown", onKey);
    };
  };
}
