// Refusals of the core as exceptions of one type. The bindings answer with `{ status }`; the rest of the UI wants values and a `catch`.

import type { AppError, ErrorCode } from "./bindings";

/** What the core refused, and why. The sentences are in the catalogue, one entry a code (`errors/words.ts`). */
export class Refusal extends Error {
  readonly code: ErrorCode;
  /** Names and numbers for the sentences. */
  readonly args: Readonly<Record<string, string>>;
  /** When trying again makes sense. */
  readonly retryAfterMs: number | null;
  /** Under which id the log has the whole chain; empty when there is nothing to look up. */
  readonly reportId: string;

  constructor(error: AppError) {
    super(error.code);
    this.name = "Refusal";
    this.code = error.code;
    this.args = Object.fromEntries(Object.entries(error.args).filter((entry): entry is [string, string] => entry[1] !== undefined));
    this.retryAfterMs = error.retry_after_ms;
    this.reportId = error.report_id;
  }
}

function isAppError(value: unknown): value is AppError {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string" && "args" in value;
}

/** Anything thrown, as a `Refusal`: a call that did not even reach the core is a mistake of ours. */
export function asRefusal(value: unknown): Refusal {
  if (value instanceof Refusal) return value;
  if (isAppError(value)) return new Refusal(value);
  const detail = value instanceof Error ? value.message : String(value);
  return new Refusal({ code: "internal", args: { detail }, retry_after_ms: null, report_id: "" });
}

/** The value of a command's answer; throws a `Refusal` otherwise. */
export async function unwrap<T, E>(answer: Promise<{ status: "ok"; data: T } | { status: "error"; error: E }>): Promise<T> {
  let result;
  try {
    result = await answer;
  } catch (failure) {
    throw asRefusal(failure);
  }
  if (result.status === "ok") return result.data;
  throw asRefusal(result.error);
}
