// Two discussions with a waiting answer, for the gallery and the tests.

import { ACCOUNT, ANCHORED_BLOCK, PAGE, t } from "../document/samples";
import type { CommentsView } from "../ipc";

const AIKO = { id: "0190d000-0000-7000-8000-0000000000b2", name: "田中 愛子", is_you: false };
const MARA = { id: "0190d000-0000-7000-8000-0000000000b3", name: "Mara Lindqvist", is_you: true };
const PRIYA = { id: "0190d000-0000-7000-8000-0000000000b4", name: "Priya Raman", is_you: false };
const JONAS = { id: "0190d000-0000-7000-8000-0000000000b1", name: "Jonas Okafor", is_you: false };
export const DISCUSSION = "0190d000-0000-7000-8000-00000000aa01";
export const OPERATION = "0190d000-0000-7000-8000-00000000bb01";

export function sampleComments(changes: Partial<CommentsView> = {}): CommentsView {
  return {
    account_id: ACCOUNT,
    page_id: PAGE,
    threads: [
      {
        discussion_id: DISCUSSION,
        anchor: { block_id: ANCHORED_BLOCK, text: "Offline maps survive a cold start on Android 12" },
        comments: [
          { id: "c1", author: AIKO, created_time: "2026-11-22T11:20:00", text: [t("Still fails on the Pixel 4a after a reboot. Build 3.0.112 keeps the tiles but loses the index.")], state: { type: "posted" } },
          { id: null, author: MARA, created_time: "2026-11-22T14:31:00", text: [t("Moving it to Monday’s build. I will retest on the 4a before stand-up.")], state: { type: "waiting", operation_id: OPERATION } },
        ],
      },
      {
        discussion_id: "0190d000-0000-7000-8000-00000000aa02",
        anchor: null,
        comments: [
          { id: "c2", author: PRIYA, created_time: "2026-11-19T16:02:00", text: [t("Should the plan mention the waitlist? Support keeps asking.")], state: { type: "posted" } },
          { id: "c3", author: JONAS, created_time: "2026-11-20T09:14:00", text: [t("Yes, one line under Numbers. "), { type: "mention", mention: { target: "user", id: MARA.id, label: "@Mara" } }, t(" could you?")], state: { type: "posted" } },
        ],
      },
    ],
    is_reading_refused: false,
    is_writing_refused: false,
    posts_as: "Satchel (Mara)",
    fetched_at: "2026-11-22T14:02:00",
    pages: [],
    ...changes,
  };
}
