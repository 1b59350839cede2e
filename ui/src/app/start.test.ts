import { render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";

import { appState, favourites, recent, settings } from "../../tests/samples";
import App from "./App.svelte";

/** A host whose answers come when the test says so. */
const answers: Record<string, unknown> = { app_state: appState(), settings, favourites, outbox: { counts: { waiting: 0, needs_you: 0 }, items: [] } };
let release: () => void = () => undefined;

beforeEach(() => {
  const asked = new Promise<void>((resolve) => (release = resolve));
  let next = 1;
  window.__TAURI_INTERNALS__ = {
    invoke: async (command) => {
      if (command === "recents") {
        await asked;
        return recent;
      }
      return answers[command] ?? null;
    },
    transformCallback: () => next++,
    unregisterCallback: () => undefined,
    runCallback: () => undefined,
    convertFileSrc: (path) => path,
    metadata: { currentWindow: { label: "main" }, currentWebview: { windowLabel: "main", label: "main" } },
  };
  window.__TAURI_EVENT_PLUGIN_INTERNALS__ = { unregisterListener: () => undefined };
});

test("the cursor is in the field before the first answer, and whoever tabs on is not called back by it", async () => {
  render(App);
  const field = await screen.findByRole("combobox");
  await waitFor(() => expect(document.activeElement).toBe(field));
  const chip = screen.getByRole("button", { name: /Type/u });
  chip.focus();
  release();
  await screen.findByRole("option", { name: /Sourdough log/u });
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  expect(document.activeElement).toBe(chip);
});
