import { expect, test } from "vitest";

import { asRefusal, Refusal, unwrap } from "./errors";

test("a good answer is its value", async () => {
  await expect(unwrap(Promise.resolve({ status: "ok" as const, data: 3 }))).resolves.toBe(3);
});

test("a refusal keeps its code and its arguments", async () => {
  const answer = Promise.resolve({ status: "error" as const, error: { code: "rate_limited", args: { workspace: "Northlight" }, retry_after_ms: 24_000, report_id: "01R" } });
  const refusal = await unwrap(answer).catch((failure: unknown) => failure);
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({ code: "rate_limited", args: { workspace: "Northlight" }, retryAfterMs: 24_000, reportId: "01R" });
});

test("a call that never reached the core is a mistake of ours", async () => {
  const refusal = await unwrap(Promise.reject(new Error("no window"))).catch(asRefusal);
  expect(refusal).toMatchObject({ code: "internal", args: { detail: "no window" } });
});
