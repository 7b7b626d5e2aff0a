import { isObject } from "../core/webidl.ts";

/** `cloudflare:workflows`: a step that throws it is not tried again. */
export class NonRetryableError extends Error {
  constructor(message: string, name: string | undefined = undefined) {
    super(message);
    this.name = name ?? "NonRetryableError";
    this.#brand = true;
  }

  #brand: boolean;
  static is(value: unknown): boolean {
    return isObject(value) && #brand in value;
  }
}

/** What `step.waitForEvent` and a step's attempt throw when their time is over. */
export function timeoutError(milliseconds: number): Error {
  return named("WorkflowTimeoutError", `Execution timed out after ${milliseconds}ms`);
}

export function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

export interface Failure { name: string; message: string }

/** Anything thrown, as it is kept. */
export function failureOf(thrown: unknown): Failure {
  if (!isObject(thrown)) return { name: "Error", message: String(thrown) };
  const { name, message } = thrown as { name?: unknown; message?: unknown };
  return { name: typeof name === "string" ? name : "Error", message: typeof message === "string" ? message : String(thrown) };
}

/** What was kept of something thrown, to be thrown again. */
export function toError({ name, message }: Failure): Error {
  return named(name, message);
}
