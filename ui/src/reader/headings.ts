// Which heading is being read: the last one that has passed the upper third of the window.

export function followHeadings(scroller: HTMLElement, page: HTMLElement, onchange: (path: string | null) => void): () => void {
  const find = (): void => {
    const line = scroller.getBoundingClientRect().top + scroller.clientHeight / 3;
    const headings = [...page.querySelectorAll<HTMLElement>("[data-block].t-heading")].filter((heading) => heading.getClientRects().length > 0);
    const passed = headings.findLast((heading) => heading.getBoundingClientRect().top <= line);
    // Above the first heading nothing has been passed, but that one is what comes.
    onchange((passed ?? headings[0])?.dataset["path"] ?? null);
  };
  // The observer wakes only when a heading crosses the line, not at every scrolled pixel.
  const observer = new IntersectionObserver(find, { root: scroller, rootMargin: "0px 0px -66% 0px" });
  const watch = (): void => {
    observer.disconnect();
    for (const heading of page.querySelectorAll("[data-block].t-heading")) observer.observe(heading);
  };
  // Toggles and tabs bring headings and take them away.
  const changes = new MutationObserver(watch);
  changes.observe(page, { childList: true, subtree: true });
  watch();
  return () => {
    observer.disconnect();
    changes.disconnect();
  };
}
