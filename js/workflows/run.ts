// A run of an instance: the Workflow's code from its beginning. What its steps did in earlier runs they do not do again; where it waits
// for long the run ends, and another one comes as far.
import { startHostTimer } from "../core/host-timers.ts";
import { ops } from "../core/ops.ts";
import { ArrayPrototypePush, ArrayPrototypeSort, JSONParse, JSONStringify, MapPrototypeGet, MapPrototypeSet } from "../core/primordials.ts";
import type { Failure } from "./errors.ts";
import { Undoing } from "./rollback.ts";
import { pack, unpack } from "./values.ts";
import "./ops.ts";

/** A step as it is kept. Times are milliseconds since 1970. */
export interface StepRecord {
  key: string;
  name: string;
  kind: "Do" | "Sleep" | "WaitForEvent" | "Rollback";
  start: number;
  end?: number;
  due?: number;
  sentOn?: number;
  eventType?: string;
  attempts?: { start: number; end: number; error?: Failure }[];
  config?: string;
  /** It can be undone. */
  rollback?: boolean;
  error?: Failure;
  /** The place of its output's bytes among the values; -1 for an output that is JSON only. */
  output?: number;
  json?: string;
}

interface Task {
  workflow: string;
  instance: string;
  created: number;
  stepLimit: number;
  params: { output: number; json?: string };
  /** Why what the steps did is undone; absent when it is not. */
  rollback?: Failure & { isTermination: boolean };
  steps: StepRecord[];
}

// Shorter waits are waited for in memory: ending a run and beginning the next costs some milliseconds.
const worthSuspending = 2000;

// What the key of an undoing begins with (WorkflowStep.RollbackPrefix).
const rollbackPrefix = "\u0001";

// For this long nothing but waiting must have happened: the Workflow may be doing something between two steps.
const idle = 50;

const now = Date.now;
const never = new Promise<never>(() => {});

export class Run {
  readonly event: number;
  readonly task: Task;
  readonly undoing: Undoing = new Undoing();
  readonly #values: Uint8Array[];
  readonly #known: Map<string, StepRecord> = new Map();
  /** The steps that can be undone. */
  readonly #undoable: StepRecord[] = [];
  readonly #counts: Map<string, number> = new Map();
  /** Until when each wait lasts, by its number. */
  readonly #waits: Map<number, number> = new Map();
  #steps = 0;
  #working = 0;
  #activity = 0;
  #lastWait = 0;

  constructor(event: number, head: string, values: Uint8Array[]) {
    this.event = event;
    this.task = JSONParse(head) as Task;
    this.#values = values;
    for (let i = 0; i < this.task.steps.length; i++) {
      const step = this.task.steps[i]!;
      MapPrototypeSet(this.#known, step.key, step);
      if (step.rollback === true) ArrayPrototypePush(this.#undoable, step);
    }
    if (this.task.rollback !== undefined) this.undoing.replay(this.#undoable);
  }

  /** True when the code runs for the handlers of what it has done, and is to do nothing more. */
  get isReplay(): boolean {
    return this.undoing.phase === "replay";
  }

  /** The steps that can be undone, in the order that they began in. */
  undoable(): StepRecord[] {
    return ArrayPrototypeSort(this.#undoable, (one, other) => one.start - other.start);
  }

  /** The undoing of a step, as it is known or new. */
  rollbackOf({ key, name }: StepRecord): StepRecord {
    return MapPrototypeGet(this.#known, rollbackPrefix + key) ?? { key: rollbackPrefix + key, name, kind: "Rollback", start: now() };
  }

  /** Keeps that a step begins that can be undone. */
  async recordUndoable(step: StepRecord): Promise<void> {
    step.rollback = true;
    ArrayPrototypePush(this.#undoable, step);
    await this.record(step);
  }

  /** Keeps that what the steps did is undone from now on. */
  async beginRollback({ name, message }: Failure): Promise<void> {
    this.#activity++;
    if (!(await ops.workflow_roll_back(this.event, name, message))) await this.#stop();
  }

  /** The code goes no further here. */
  halt(): Promise<never> {
    this.undoing.halted();
    return never;
  }

  get params(): unknown {
    return this.value(this.task.params);
  }

  /** A value that was kept. */
  value(of: { output?: number; json?: string }): unknown {
    return unpack(of.output === undefined || of.output < 0 ? undefined : this.#values[of.output], of.json);
  }

  /** The step of this name that comes now, as it is known or new, and the how manieth of its name it is. */
  next(name: string, kind: StepRecord["kind"]): { record: StepRecord; count: number } {
    if (this.undoing.phase === "rollback") throw new Error("Cannot execute steps during rollback phase");
    if (++this.#steps > this.task.stepLimit) {
      throw new Error(`The limit of ${this.task.stepLimit} steps has been reached. This limit can be changed in your worker configuration.`);
    }
    const count = (MapPrototypeGet(this.#counts, name) ?? 0) + 1;
    MapPrototypeSet(this.#counts, name, count);
    const key = `${name}-${count}`;
    const known = MapPrototypeGet(this.#known, key);
    if (known !== undefined && known.kind === kind) return { record: known, count };
    return { record: { key, name, kind, start: now() }, count };
  }

  /** Keeps a step; never returns when the run is to stop there. What it answers is what the value will be in later runs. */
  async record(step: StepRecord, output: { value: unknown } | undefined = undefined): Promise<unknown> {
    this.#activity++;
    const packed = output === undefined ? undefined : pack(output.value);
    const goes = await ops.workflow_record(this.event, JSONStringify(step), packed === undefined ? null : packed.bytes, packed === undefined ? null : packed.json);
    if (!goes) await this.#stop();
    this.#suspendWhenIdle();
    return packed === undefined ? undefined : unpack(packed.bytes, null);
  }

  /** The event that a step waits for; undefined when there is none yet. */
  async takeEvent(step: StepRecord): Promise<{ payload: unknown; sentOn: number } | undefined> {
    this.#activity++;
    const [goes, bytes, json, sentOn] = await ops.workflow_take_event(this.event, JSONStringify(step));
    if (!goes) await this.#stop();
    this.#suspendWhenIdle();
    return bytes === null && json === null ? undefined : { payload: unpack(bytes, json), sentOn };
  }

  /** The callback's work on a step: while there is some, the run does not end. */
  async work<T>(callback: () => Promise<T>): Promise<T> {
    this.#working++;
    try {
      return await callback();
    } finally {
      this.#working--;
      this.#activity++;
      this.#suspendWhenIdle();
    }
  }

  /** Waits until then: here, or by ending the run. */
  async until(due: number): Promise<void> {
    const left = due - now();
    if (left <= 0) return;
    const wait = this.#begin(due);
    if (left > worthSuspending) return never;
    await new Promise<void>((resolve) => {
      startHostTimer(left, resolve);
    });
    this.#waits.delete(wait);
    this.#activity++;
  }

  /** Waits for an event: another run gets it, or sees that its time is over. */
  untilEvent(): Promise<never> {
    this.#begin(Infinity);
    return never;
  }

  #begin(due: number): number {
    this.#waits.set(++this.#lastWait, due);
    this.#activity++;
    this.#suspendWhenIdle();
    return this.#lastWait;
  }

  #suspendWhenIdle(): void {
    if (this.#working > 0 || this.#waits.size === 0) return;
    const seen = this.#activity;
    startHostTimer(idle, () => {
      // Whatever has happened since looks again at its own end.
      if (seen !== this.#activity || this.#working > 0) return;
      const soonest = now() + worthSuspending;
      for (const due of this.#waits.values()) if (due <= soonest) return;
      // Refused while something else is under way, such as a request that no step has sent.
      if (!ops.workflow_suspend(this.event, false)) this.#suspendWhenIdle();
    });
  }

  #stop(): Promise<never> {
    ops.workflow_suspend(this.event, true);
    return never;
  }
}
