import { afterEach, expect, test } from "vitest";

import { Regions } from "./regions";

afterEach(() => document.body.replaceChildren());

function window_(): { regions: Regions; element: (id: string) => HTMLElement } {
  document.body.innerHTML = `
    <div id="side"><button id="side-1"></button></div>
    <div id="bar"><input id="field" /></div>
    <div id="list"><button id="row-1"></button><button id="row-2" data-entry></button></div>
    <div id="empty"><span></span></div>`;
  const element = (id: string): HTMLElement => {
    const found = document.getElementById(id);
    if (found === null) throw new Error(id);
    return found;
  };
  const regions = new Regions();
  for (const [id, order] of [["side", 60], ["bar", 0], ["list", 20], ["empty", 30]] as const) regions.region(order)(element(id));
  return { regions, element };
}

const focused = (): string | undefined => document.activeElement?.id;

test("F6 goes round in the order of the regions and skips those with nothing to focus", () => {
  const { regions, element } = window_();
  element("field").focus();
  regions.cycle();
  expect(focused()).toBe("row-2");
  regions.cycle();
  expect(focused()).toBe("side-1");
  regions.cycle();
  expect(focused()).toBe("field");
});

test("Shift+F6 goes back, and a region gives back what had the focus in it", () => {
  const { regions, element } = window_();
  element("row-1").focus();
  regions.cycle(true);
  expect(focused()).toBe("field");
  regions.cycle();
  expect(focused()).toBe("row-1");
});

test("with the focus nowhere the round starts at its first region", () => {
  const { regions } = window_();
  regions.cycle();
  expect(focused()).toBe("field");
});
