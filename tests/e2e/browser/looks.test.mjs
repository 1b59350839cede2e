// Every screen in both themes and three widths, in a language 40 % longer and from right to left, at 200 %, and without motion.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Bridge, onPage } from "../lib/bridge.mjs";
import { complaints, cutOff, moving } from "./looks.mjs";
import { screens } from "./screens.mjs";

const bridges = {};
before(async () => {
  bridges.demo = await Bridge.start();
  bridges.empty = await Bridge.start({ isEmpty: true });
  await bridges.demo.synced();
}, { timeout: 300_000 });
after(() => Promise.all(Object.values(bridges).map((bridge) => bridge.stop())));

const SIZES = [[1180, 760], [820, 620], [420, 640]];

for (const screen of screens) {
  const on = (name, options, body) => test(name, { timeout: 120_000 }, () => onPage(bridges[screen.profile ?? "demo"], { path: screen.path, ...screen.size, ...options }, `${screen.name} ${name}`, body));
  describe(screen.name, () => {
    on("nobody is shut out", { reducedMotion: "reduce" }, async (page) => {
      await screen.reach(page, bridges.demo);
      const found = [];
      for (const [width, height] of screen.size ? [[screen.size.width, screen.size.height]] : SIZES) {
        await page.setViewportSize({ width, height });
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          found.push(...(await complaints(page)).map((complaint) => `${colorScheme} ${width}: ${complaint}`));
        }
      }
      assert.deepEqual(found, []);
    });

    on("longer words, from right to left, stay in the window", { lang: "en-XA" }, async (page) => {
      await screen.reach(page, bridges.demo);
      assert.equal(await page.evaluate(() => document.documentElement.dir), "rtl");
      const found = [];
      for (const [width, height] of screen.size ? [[screen.size.width, screen.size.height]] : SIZES) {
        await page.setViewportSize({ width, height });
        found.push(...(await cutOff(page)).map((complaint) => `${width}: ${complaint}`));
      }
      assert.deepEqual(found, []);
    });

    if (!screen.size) {
      on("at 200 % nothing is cut off", {}, async (page) => {
        await screen.reach(page, bridges.demo);
        // Twice as large in the same window is the same layout in half of it.
        await page.setViewportSize({ width: 590, height: 380 });
        assert.deepEqual(await cutOff(page), []);
      });
    }

    on("nothing moves for whoever asked for stillness", { reducedMotion: "reduce" }, async (page) => {
      await screen.reach(page, bridges.demo);
      assert.deepEqual(await moving(page), []);
    });
  });
}
