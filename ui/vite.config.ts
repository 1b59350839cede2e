import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** While the dev server runs, a saved catalogue is compiled again; the page then reloads by itself. */
function messages(): Plugin {
  return {
    name: "satchel-messages",
    apply: "serve",
    configureServer(server) {
      if (process.env["VITEST"]) return;
      // With its slash: `en-XA` beside it is written by the very script that a change starts.
      const folder = here("./messages/en/");
      server.watcher.add(folder);
      server.watcher.on("change", (path) => {
        if (!path.startsWith(folder)) return;
        execFile(process.execPath, [here("./scripts/messages.mjs")], (_error, _stdout, stderr) => {
          if (stderr) server.config.logger.error(stderr);
        });
      });
    },
  };
}

/** The windows of the program. */
const windowPages: Record<string, string> = { main: here("./index.html"), capture: here("./capture.html"), confirmation: here("./confirmation.html") };

/** Every component and screen in every state, on sample data; for looking and for tests, never shipped. */
const galleryPages: Record<string, string> = { gallery: here("./gallery.html") };

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), messages(), svelteTesting()],
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  build: {
    // The oldest web views the program starts in: WebKitGTK 2.44, Safari 17.4, WebView2 of the same year.
    target: ["safari17.4", "chrome120"],
    // A page's policy is `default-src 'self'`: nothing is inlined as a `data:` address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    outDir: mode === "gallery" ? "dist-gallery" : "dist",
    rolldownOptions: {
      input: mode === "gallery" ? galleryPages : windowPages,
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    setupFiles: [here("./tests/setup.ts")],
    restoreMocks: true,
    // A hang is a failure; a busy machine is none.
    testTimeout: 30_000,
  },
}));
