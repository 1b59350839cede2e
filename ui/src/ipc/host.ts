// Which of the two hosts serves this page: the program, or the loopback bridge the end-to-end tests use.

/** Resolves once commands can be called. Must be awaited before the first one. */
export async function connectHost(): Promise<void> {
  if ("__TAURI_INTERNALS__" in window) return;
  const secret = new URLSearchParams(window.location.search).get("secret");
  if (secret === null) return;
  const { installBridge } = await import("./bridge");
  installBridge(secret);
}
