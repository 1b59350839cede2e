// How much room the window has. The stylesheets use the same widths; this is for what behaves differently, such as where Space shows a preview.

/** Two panes; the list alone; and the list alone with the sidebar behind its button. Zoom counts: at 200 % a window is half as wide. */
export type Room = "panes" | "list" | "narrow";

export class Layout {
  room = $state<Room>("panes");

  /** Follows the window until the returned function is called. */
  follow(): () => void {
    const panes = window.matchMedia("(min-width: 980px)");
    const list = window.matchMedia("(min-width: 700px)");
    const update = (): void => {
      this.room = panes.matches ? "panes" : list.matches ? "list" : "narrow";
    };
    update();
    panes.addEventListener("change", update);
    list.addEventListener("change", update);
    return () => {
      panes.removeEventListener("change", update);
      list.removeEventListener("change", update);
    };
  }
}
