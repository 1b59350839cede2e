// Moving from block to block and from heading to heading. What is inside a closed toggle or another tab is not in the page, so it is never reached.

function blocks(page: HTMLElement, selector: string): HTMLElement[] {
  return [...page.querySelectorAll<HTMLElement>(selector)];
}

function focus(block: HTMLElement): void {
  block.focus({ preventScroll: true });
  block.scrollIntoView({ block: "nearest" });
}

/** The block that is nearest to the top of what is seen: where moving starts when none has the focus. */
function firstSeen(all: readonly HTMLElement[]): HTMLElement | undefined {
  return all.find((block) => block.getBoundingClientRect().bottom > 64) ?? all[0];
}

/** Gives the next or previous block the focus. False when there is none. */
export function moveFocus(page: HTMLElement, from: HTMLElement | null, step: 1 | -1): boolean {
  const all = blocks(page, "[data-block]");
  const to = from === null ? firstSeen(all) : all[all.indexOf(from) + step];
  if (!to) return false;
  focus(to);
  return true;
}

export function headingStep(page: HTMLElement, from: HTMLElement | null, step: 1 | -1): boolean {
  const headings = blocks(page, "[data-block].t-heading");
  const here = from ?? firstSeen(blocks(page, "[data-block]"));
  if (!here) return false;
  const after = (heading: HTMLElement): boolean => Boolean(here.compareDocumentPosition(heading) & Node.DOCUMENT_POSITION_FOLLOWING);
  const before = (heading: HTMLElement): boolean => Boolean(here.compareDocumentPosition(heading) & Node.DOCUMENT_POSITION_PRECEDING);
  const to = from === null && step === 1 && here.matches(".t-heading") ? here : step === 1 ? headings.find(after) : headings.findLast(before);
  if (!to) return false;
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: "start" });
  return true;
}
