// What can be said about looks without an eye: contrast and names (axe), text that is cut off, motion.

import { readFileSync } from "node:fs";

import { require } from "../lib/paths.mjs";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe holds against the page, one line each. */
export async function complaints(page) {
  await settled(page);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(`${axe}; undefined`);
  return page.evaluate(async (rules) => {
    const { violations } = await window.axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, any }) => `${id}: ${target.join(" ")} ${any[0]?.message ?? ""}`));
  }, RULES);
}

/** Until nothing moves: half a fade has no contrast of its own. */
export async function settled(page) {
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const ending = document.getAnimations().filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map((one) => one.finished));
  });
}

/** Text that leaves the window sideways or is cut off without a sign of it, one line each. */
export async function cutOff(page) {
  await settled(page);
  return page.evaluate(() => {
    const found = [];
    const name = (one) => `${one.tagName.toLowerCase()}${[...one.classList].map((part) => `.${part}`).join("")} “${one.textContent.trim().slice(0, 40)}”`;
    const root = document.scrollingElement;
    if (root.scrollWidth > root.clientWidth + 1) found.push(`the window scrolls sideways: ${root.scrollWidth} in ${root.clientWidth}`);
    const hasOwnText = (one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
    for (const one of document.body.querySelectorAll("*")) {
      if (!hasOwnText(one) || !one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
      const box = one.getBoundingClientRect();
      // One pixel boxes are for screen readers only.
      if (box.width <= 1 || box.height <= 1) continue;
      let scrolls = false;
      for (let up = one; up !== null; up = up.parentElement) {
        const style = getComputedStyle(up);
        if (up.getAttribute("aria-hidden") === "true" || style.clipPath !== "none") scrolls = true;
        if (/auto|scroll/u.test(style.overflowX) && up.scrollWidth > up.clientWidth) scrolls = true;
        if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") scrolls = true;
        if (/hidden|clip/u.test(style.overflowX) && up !== one && up.clientWidth > 1 && !scrolls) {
          const frame = up.getBoundingClientRect();
          if (box.right > frame.right + 2 || box.left < frame.left - 2) found.push(`cut off by ${name(up).slice(0, 60)}: ${name(one)}`);
        }
      }
      if (scrolls) continue;
      if (box.right > innerWidth + 1 || box.left < -1) found.push(`leaves the window: ${name(one)}`);
      const style = getComputedStyle(one);
      if (/hidden|clip/u.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1) found.push(`cut off: ${name(one)}`);
    }
    return [...new Set(found)];
  });
}

/** Parts of the page that take the eye's time although the person asked for stillness, one line each. */
export function moving(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll("*")].flatMap((one) => {
      const style = getComputedStyle(one);
      const longest = Math.max(...`${style.transitionDuration},${style.animationName === "none" ? "0s" : style.animationDuration}`.split(",").map((part) => parseFloat(part) * (part.trim().endsWith("ms") ? 1 : 1000)));
      return longest > 200 ? [`${one.tagName.toLowerCase()}.${one.className}: ${longest} ms`] : [];
    }),
  );
}
