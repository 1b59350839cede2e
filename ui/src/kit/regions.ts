// The parts of a window that F6 visits. Each is one stop: coming back to a region returns to what had the focus there.

import type { Attachment } from "svelte/attachments";

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled), [tabindex]:not([tabindex="-1"])';

type Region = { element: HTMLElement; order: number; last: HTMLElement | null };

export class Regions {
  #regions = new Set<Region>();

  /** Registers an element under its place in the round. An element marked `data-entry` inside it receives the focus the first time. */
  region(order: number): Attachment<HTMLElement> {
    return (element) => {
      const region: Region = { element, order, last: null };
      const remember = (event: FocusEvent): void => {
        if (event.target instanceof HTMLElement) region.last = event.target;
      };
      element.addEventListener("focusin", remember);
      this.#regions.add(region);
      return () => {
        element.removeEventListener("focusin", remember);
        this.#regions.delete(region);
      };
    };
  }

  /** Moves the focus to the next region (or the one before) that has something to focus. */
  cycle(backwards = false): void {
    const all = [...this.#regions].filter((region) => isShown(region.element)).sort((a, b) => a.order - b.order);
    if (all.length === 0) return;
    const active = document.activeElement;
    const here = all.findIndex((region) => region.element.contains(active));
    for (let step = 1; step <= all.length; step += 1) {
      const at = here === -1 ? (backwards ? all.length - step : step - 1) : (here + (backwards ? -step : step) + all.length * 2) % all.length;
      const region = all[at];
      if (region && enter(region)) return;
    }
  }
}

function isShown(element: HTMLElement): boolean {
  return element.isConnected && !element.hidden && getComputedStyle(element).display !== "none";
}

function enter(region: Region): boolean {
  const remembered = region.last && region.last.isConnected && region.element.contains(region.last) ? region.last : null;
  const target = remembered ?? region.element.querySelector<HTMLElement>("[data-entry]") ?? region.element.querySelector<HTMLElement>(FOCUSABLE);
  if (!target) return false;
  target.focus();
  return document.activeElement === target;
}
