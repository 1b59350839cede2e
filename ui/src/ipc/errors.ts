// Refusals of the core as exceptions of one type. The bindings answer with `{ status }`; the rest of the UI wants values and a `catch`.

/** The shape every command's error has on the wire. */
export type WireError = { code: string; message: string; hint?: string | null };

/** What the core refused, and why. `code` is the closed set the screens branch on; `message` and `hint` are the core's own words for anything else. */
export class AppError extends Error {
  readonly code: string;
  readonly hint: string | null;

  constructor(error: WireError) {
    super(error.message);
    this.name = "AppError";
    this.code = error.code;
    this.hint = error.hint ?? null;
  }
}

function isWireError(value: unknown): value is WireError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value && typeof value.code === "string" && typeof value.message === "string";
}

/** Anything thrown, as an `AppError`: a failure of the bridge between page and program has the code “internal”. */
export function asAppError(value: unknown): AppError {
  if (value instanceof AppError) return value;
  if (isWireError(value)) return new AppError(value);
  return new AppError({ code: "internal", message: value instanceof Error ? value.message : String(value) });
}

/** The value of a command's answer; throws an `AppError` for a refusal or a failed call. */
export async function unwrap<T, E>(answer: Promise<{ status: "ok"; data: T } | { status: "error"; error: E }>): Promise<T> {
  let result;
  try {
    result = await answer;
  } catch (failure) {
    throw asAppError(failure);
  }
  if (result.status === "ok") return result.data;
  throw asAppError(result.error);
}
