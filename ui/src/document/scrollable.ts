// A box that scrolls by itself must be reachable by the keyboard, but only while there is something to scroll: otherwise it would be a Tab stop that does nothing.

import type { Attachment } from "svelte/attachments";

export function scrollable(label: string): Attachment<HTMLElement> {
  return (element) => {
    const settle = (): void => {
      if (element.scrollWidth > element.clientWidth + 1) {
        element.tabIndex = 0;
        element.setAttribute("role", "region");
        element.setAttribute("aria-label", label);
      } else {
        element.removeAttribute("tabindex");
        element.removeAttribute("role");
        element.removeAttribute("aria-label");
      }
    };
    const observer = new ResizeObserver(settle);
    observer.observe(element);
    return () => observer.disconnect();
  };
}
