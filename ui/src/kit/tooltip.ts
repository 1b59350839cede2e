// One tooltip for the whole window. It is shown after a short rest of the pointer, at once on keyboard focus, and never takes the pointer or the focus;
// the name it repeats is already the control's accessible name, so it is hidden from assistive technology.

import type { Attachment } from "svelte/attachments";

const REST_MS = 450;

let bubble: HTMLDivElement | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

export function hideTooltip(): void {
  clearTimeout(timer);
  bubble?.remove();
  bubble = undefined;
}

/** Whether Escape should first close a tooltip. */
export function tooltipShown(): boolean {
  return bubble !== undefined;
}

function show(anchor: Element, label: string, keys: readonly string[]): void {
  hideTooltip();
  bubble = document.createElement("div");
  bubble.className = "tooltip";
  bubble.setAttribute("aria-hidden", "true");
  bubble.append(label);
  if (keys.length > 0) {
    const caps = document.createElement("span");
    caps.className = "tooltip-keys";
    for (const key of keys) {
      const cap = document.createElement("kbd");
      cap.textContent = key;
      caps.append(cap);
    }
    bubble.append(caps);
  }
  (anchor.closest("dialog") ?? document.body).append(bubble);
  const at = anchor.getBoundingClientRect();
  const box = bubble.getBoundingClientRect();
  const left = Math.max(4, Math.min(at.left + at.width / 2 - box.width / 2, window.innerWidth - box.width - 4));
  const below = at.bottom + 6;
  const top = below + box.height + 4 > window.innerHeight ? at.top - box.height - 6 : below;
  bubble.style.left = `${left}px`;
  bubble.style.top = `${top}px`;
}

export function tooltip(label: string, keys: readonly string[] = []): Attachment {
  return (element) => {
    const soon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => show(element, label, keys), REST_MS);
    };
    const onFocus = (): void => {
      if (element.matches(":focus-visible")) soon();
    };
    element.addEventListener("pointerenter", soon);
    element.addEventListener("pointerleave", hideTooltip);
    element.addEventListener("pointerdown", hideTooltip);
    element.addEventListener("focus", onFocus);
    element.addEventListener("blur", hideTooltip);
    return () => {
      hideTooltip();
      element.removeEventListener("pointerenter", soon);
      element.removeEventListener("pointerleave", hideTooltip);
      element.removeEventListener("pointerdown", hideTooltip);
      element.removeEventListener("focus", onFocus);
      element.removeEventListener("blur", hideTooltip);
    };
  };
}
