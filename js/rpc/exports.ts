// What an event of this worker offers to others: objects and functions by number, and the results of calls that are still called.
import { FunctionPrototypeCall, MapPrototypeDelete, MapPrototypeGet, MapPrototypeGetSize, MapPrototypeSet, PromiseReject, SymbolDispose } from "../core/primordials.ts";
import { currentEvent, noEvent } from "../core/async-frame.ts";
import { ops } from "../core/ops.ts";
import { isObject } from "../core/webidl.ts";
import type { StubState } from "./stub-state.ts";
import { waitUntil } from "../core/keep-alive.ts";

export interface Exported {
  readonly target: object;
  /** Own properties can be reached, as of plain objects and functions; else what its class has. */
  readonly ownProperties: boolean;
}

/** The result of a call that is, or was, called before it was there. */
export class KeptResult {
  readonly promise: Promise<unknown>;
  /** Calls on it that have arrived and not begun. */
  waiting = 0;
  /** More are on their way. */
  awaited = false;
  answered = false;
  /** Capabilities in it, which are the caller's once it was answered. */
  stubs: readonly StubState[] = [];

  constructor(promise: Promise<unknown>) {
    this.promise = promise;
  }

  get isNeeded(): boolean {
    return !this.answered || this.awaited || this.waiting > 0;
  }
}

class Session {
  readonly exports = new Map<number, Exported>();
  readonly results = new Map<number, KeptResult>();
}

const sessions = new Map<number, Session>();
let lastExport = 0;

function sessionOf(event: number): Session {
  let session = MapPrototypeGet(sessions, event);
  if (session === undefined) MapPrototypeSet(sessions, event, session = new Session());
  return session;
}

function dropIfEmpty(event: number, session: Session): void {
  if (MapPrototypeGetSize(session.exports) === 0 && MapPrototypeGetSize(session.results) === 0) MapPrototypeDelete(sessions, event);
}

/** Offers something on behalf of the event that the calling code runs for; its number. */
export function addExport(target: object, ownProperties: boolean): number {
  const event = currentEvent();
  if (event === noEvent) throw new Error("RPC stubs can only be made within an event handler.");
  const id = ++lastExport;
  MapPrototypeSet(sessionOf(event).exports, id, { target, ownProperties });
  return id;
}

export function findExport(event: number, id: number): Exported | undefined {
  const session = MapPrototypeGet(sessions, event);
  return session === undefined ? undefined : MapPrototypeGet(session.exports, id);
}

/** Nobody holds it any more: its disposer runs. */
export function releaseExport(event: number, id: number): void {
  const session = MapPrototypeGet(sessions, event);
  const exported = session === undefined ? undefined : MapPrototypeGet(session.exports, id);
  if (exported === undefined) return;
  MapPrototypeDelete(session!.exports, id);
  dropIfEmpty(event, session!);
  ops.async_context_set(event);
  try {
    const dispose = (exported.target as Record<symbol, unknown>)[SymbolDispose];
    if (typeof dispose !== "function") return;
    const result: unknown = FunctionPrototypeCall(dispose, exported.target);
    if (isObject(result)) waitUntil(event, result);
  } catch (error) {
    // As a promise of its own that is rejected: it is reported.
    waitUntil(event, PromiseReject(error));
  } finally {
    ops.async_context_set(undefined);
  }
}

/** A message was not sent after all. */
export function withdrawExport(id: number): void {
  const event = currentEvent();
  const session = MapPrototypeGet(sessions, event);
  if (session === undefined) return;
  MapPrototypeDelete(session.exports, id);
  dropIfEmpty(event, session);
}

export function keepResult(event: number, call: number, result: Promise<unknown>): KeptResult {
  const kept = new KeptResult(result);
  MapPrototypeSet(sessionOf(event).results, call, kept);
  return kept;
}

export function findResult(event: number, call: number): KeptResult | undefined {
  const session = MapPrototypeGet(sessions, event);
  return session === undefined ? undefined : MapPrototypeGet(session.results, call);
}

/** Lets go of a result when nobody needs it any more. */
export function settleResult(event: number, call: number, result: KeptResult): void {
  if (result.isNeeded) return;
  for (let i = 0; i < result.stubs.length; i++) result.stubs[i]!.dispose();
  const session = MapPrototypeGet(sessions, event);
  if (session === undefined) return;
  MapPrototypeDelete(session.results, call);
  dropIfEmpty(event, session);
}

/** No more calls on the result are on their way. */
export function forgetResult(event: number, call: number): void {
  const result = findResult(event, call);
  if (result === undefined) return;
  result.awaited = false;
  settleResult(event, call, result);
}

/** The event has ended. */
export function forgetSession(event: number): void {
  MapPrototypeDelete(sessions, event);
}
