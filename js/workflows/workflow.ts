// https://developers.cloudflare.com/workflows/build/workers-api/#workflow
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ArrayIsArray, JSONParse, JSONStringify, NumberIsInteger } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { toMilliseconds } from "./duration.ts";
import { type Failure, named } from "./errors.ts";
import { pack, type Packed, unpack } from "./values.ts";
import "./ops.ts";

const internal = {};
const OriginalUint8Array = Uint8Array;
const mostAtOnce = 100;
const alreadyExists = "instance.already_exists";

interface Retention { successRetention?: unknown; errorRetention?: unknown }
interface CreateOptions { id?: string; params?: unknown; retention?: Retention }
interface BatchOptions { instances?: CreateOptions[]; count?: number; params?: unknown; retention?: Retention }
interface Head { id: string | null; json: string | null; length: number; retention?: { success?: number; error?: number } }

const stepTypes = { __proto__: null, do: true, sleep: true, waitForEvent: true } as unknown as Record<string, boolean>;

export class WorkflowInstance {
  readonly id: string;
  readonly #place: number;

  constructor(token: unknown, place: number, id: string) {
    if (token !== internal) throw new TypeError("Illegal constructor");
    this.#place = place;
    this.id = id;
  }

  async pause(): Promise<void> {
    await ops.workflow_change(this.#place, this.id, "pause", null);
  }

  async resume(): Promise<void> {
    await ops.workflow_change(this.#place, this.id, "resume", null);
  }

  async terminate(options: { rollback?: unknown } | undefined = undefined): Promise<void> {
    await ops.workflow_change(this.#place, this.id, "terminate", options?.rollback === true ? "{\"rollback\":true}" : null);
  }

  async restart(options: { from?: unknown } | undefined = undefined): Promise<void> {
    await ops.workflow_change(this.#place, this.id, "restart", options?.from === undefined ? null : JSONStringify({ from: readStep(options.from) }));
  }

  async delete(): Promise<void> {
    const [found] = await ops.workflow_delete(this.#place, [this.id]);
    if (found !== "1") throw named("WorkflowError", "instance.not_found");
  }

  async status(): Promise<{ status: string; error?: Failure; output?: unknown }> {
    const [head, output] = await ops.workflow_status(this.#place, this.id);
    const { json, ...status } = JSONParse(head) as { status: string; error?: Failure; json?: string };
    return output === null && json === undefined ? status : { ...status, output: unpack(output, json) };
  }

  async sendEvent(event: { type?: unknown; payload?: unknown }): Promise<void> {
    if (!isObject(event) || typeof event.type !== "string") throw new TypeError("An event needs a type: sendEvent({ type: \"…\", payload }).");
    const { bytes, json } = pack(event.payload);
    await ops.workflow_send_event(this.#place, this.id, event.type, bytes, json);
  }
}
defineInterface("WorkflowInstance", WorkflowInstance);

export class Workflow {
  readonly #place: number;

  constructor(token: unknown, place: number) {
    if (token !== internal) throw new TypeError("Illegal constructor");
    this.#place = place;
  }

  async get(id: string): Promise<WorkflowInstance> {
    // There must be one.
    await ops.workflow_status(this.#place, String(id));
    return new WorkflowInstance(internal, this.#place, String(id));
  }

  async create(options: CreateOptions | undefined = undefined): Promise<WorkflowInstance> {
    const [id] = await create(this.#place, [options ?? {}]);
    if (id === "") throw named("WorkflowError", `(${alreadyExists}) Provided instance id already exists: ${options!.id}`);
    return new WorkflowInstance(internal, this.#place, id!);
  }

  async createBatch(given: CreateOptions[] | BatchOptions): Promise<unknown> {
    const batch = toBatch(given);
    const ids = await create(this.#place, batch);
    const created: WorkflowInstance[] = [];
    const errors: unknown[] = [];
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] !== "") created[created.length] = new WorkflowInstance(internal, this.#place, ids[i]!);
      else errors[errors.length] = { index: i, id: batch[i]!.id, code: 10400, message: alreadyExists };
    }
    return ArrayIsArray(given) ? created : { created, errors };
  }

  async deleteBatch(ids: string[]): Promise<unknown> {
    if (!ArrayIsArray(ids)) throw new TypeError("deleteBatch takes the ids of instances, as an array.");
    const found = await ops.workflow_delete(this.#place, ids);
    const deleted: { id: string }[] = [];
    const errors: unknown[] = [];
    for (let i = 0; i < ids.length; i++) {
      if (found[i] === "1") deleted[deleted.length] = { id: ids[i]! };
      else errors[errors.length] = { id: ids[i], code: 10201, message: "instance.not_found" };
    }
    return { deleted, errors };
  }
}
defineInterface("Workflow", Workflow);

export function createWorkflow(place: number): Workflow {
  return new Workflow(internal, place);
}

/** The step that an instance is to be restarted from; throws what names none. */
function readStep(from: unknown): { name: string; count: number; type: string } {
  if (!isObject(from)) throw new TypeError("An instance is restarted from a step: restart({ from: { name: \"…\" } }).");
  const { name, count = 1, type = "do" } = from as { name?: unknown; count?: unknown; type?: unknown };
  if (typeof name !== "string") throw new TypeError("The step to restart from needs a name: restart({ from: { name: \"…\" } }).");
  if (!NumberIsInteger(count) || (count as number) < 1) throw new TypeError("from.count must be a positive integer.");
  if (typeof type !== "string" || stepTypes[type] !== true) throw new TypeError("from.type must be \"do\", \"sleep\" or \"waitForEvent\".");
  return { name, count: count as number, type };
}

/** How long an instance is kept, in milliseconds. */
function readRetention(given: unknown): { success?: number; error?: number } {
  if (!isObject(given)) throw new TypeError("retention must be an object: { successRetention, errorRetention }.");
  const { successRetention, errorRetention } = given as Retention;
  const retention: { success?: number; error?: number } = {};
  if (successRetention !== undefined) retention.success = toMilliseconds(successRetention, "retention.successRetention");
  if (errorRetention !== undefined) retention.error = toMilliseconds(errorRetention, "retention.errorRetention");
  return retention;
}

function toBatch(given: CreateOptions[] | BatchOptions): CreateOptions[] {
  let batch: CreateOptions[] | undefined;
  if (ArrayIsArray(given)) batch = given;
  else if (isObject(given)) {
    batch = given.instances;
    if (typeof given.count === "number") {
      batch = [];
      for (let i = 0; i < given.count && i <= mostAtOnce; i++) batch[i] = { params: given.params, retention: given.retention };
    }
  }
  if (!ArrayIsArray(batch) || batch.length === 0) throw named("WorkflowError", "batchCreate should have at least 1 instance");
  if (batch.length > mostAtOnce) throw named("WorkflowError", `batchCreate only supports ${mostAtOnce} instances at a time`);
  return batch;
}

function create(place: number, instances: CreateOptions[]): Promise<string[]> {
  const heads: Head[] = [];
  const values: Packed[] = [];
  let total = 0;
  for (let i = 0; i < instances.length; i++) {
    const { id, params = {}, retention } = instances[i]!;
    const packed = pack(params);
    values[i] = packed;
    total += packed.bytes.length;
    const head: Head = { id: id === undefined || id === null ? null : String(id), json: packed.json, length: packed.bytes.length };
    if (retention !== undefined && retention !== null) head.retention = readRetention(retention);
    heads[i] = head;
  }
  const bytes = new OriginalUint8Array(total);
  for (let i = 0, at = 0; i < values.length; at += values[i]!.bytes.length, i++) bytes.set(values[i]!.bytes, at);
  return ops.workflow_create(place, JSONStringify(heads), bytes);
}
