// What the rest of the UI knows of the core: functions that return values or throw a `Refusal`, and events. Types are the generated ones.

import { commands, events } from "./bindings";
import { unwrap } from "./errors";

export type * from "./bindings";
export { asRefusal, Refusal } from "./errors";
export { connectHost } from "./host";

type Commands = typeof commands;
type Answer<T> = T extends Promise<{ status: "ok"; data: infer Data } | { status: "error"; error: unknown }> ? Data : never;
type Unwrapped = { [Name in keyof Commands]: (...args: Parameters<Commands[Name]>) => Promise<Answer<ReturnType<Commands[Name]>>> };

function unwrapped(): Unwrapped {
  const entries = Object.entries(commands).map(([name, command]) => {
    const call = command as (...args: unknown[]) => Promise<{ status: "ok"; data: unknown } | { status: "error"; error: unknown }>;
    return [name, (...args: unknown[]) => unwrap(call(...args))];
  });
  return Object.fromEntries(entries) as Unwrapped;
}

/** Every command of the core and the shell. */
export const core = unwrapped();

type Events = typeof events;

/** What each event carries. */
export type EventPayloads = { [Name in keyof Events]: Parameters<Parameters<Events[Name]["listen"]>[0]>[0]["payload"] };

/** Calls back for every such event until the returned function is called. */
export type Subscribe = <Name extends keyof EventPayloads>(name: Name, onEvent: (payload: EventPayloads[Name]) => void) => () => void;

const sources: { [Name in keyof EventPayloads]: { listen(handler: (event: { payload: EventPayloads[Name] }) => void): Promise<() => void> } } = events;

export const subscribe: Subscribe = (name, onEvent) => {
  let stop: (() => void) | null = null;
  let isStopped = false;
  void sources[name].listen(({ payload }) => onEvent(payload)).then((unlisten) => {
    if (isStopped) unlisten();
    else stop = unlisten;
  });
  return () => {
    isStopped = true;
    stop?.();
  };
};

/** Enlarges everything in the window, as a browser's zoom does, so that the layout answers to it like to a smaller window. */
export async function setZoom(scale: number): Promise<void> {
  try {
    const { getCurrentWebview } = await import("@tauri-apps/api/webview");
    await getCurrentWebview().setZoom(scale);
  } catch {
    // A host without windows (the browser bridge) has the browser's own zoom.
  }
}
