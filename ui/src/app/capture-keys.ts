// The keys of capture as they were recorded, wherever the windows show them.

import { core, subscribe } from "../ipc";
import { rebind } from "../keys/shortcuts";
import { chordFrom } from "../settings/chord";

/** Reads them now and whenever settings change. Without an answer those of the table stay. */
export function followCaptureKeys(): () => void {
  const read = (): void => void core.captureShortcut().then(({ keys, standard }) => rebind("capture", keys === standard ? null : chordFrom(keys)), () => undefined);
  read();
  return subscribe("settingsChanged", read);
}
