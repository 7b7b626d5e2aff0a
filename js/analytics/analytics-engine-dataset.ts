// https://developers.cloudflare.com/analytics/analytics-engine/
import { viewBytes } from "../core/bytes.ts";
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { isBufferSource, isObject, toDictionary, toSequence, toUSVString } from "../core/webidl.ts";
import { utf8DecodeKeepingMark } from "../encoding/index.ts";
import "./ops.ts";

type Blob = string | ArrayBuffer | ArrayBufferView | null;
export interface AnalyticsEngineDataPoint { indexes?: Blob[]; doubles?: number[]; blobs?: Blob[] }

const key = {};
const where = "Failed to execute 'writeDataPoint' on 'AnalyticsEngineDataset'";
const mostIndexes = 1;
const mostMembers = 20;

export class AnalyticsEngineDataset {
  readonly #place: number;

  constructor(given: unknown, place: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#place = place;
  }

  writeDataPoint(event: AnalyticsEngineDataPoint | undefined = undefined): void {
    if (!isObject(this) || !(#place in this)) throw new TypeError("Illegal invocation");
    const { indexes, blobs, doubles } = toDictionary<AnalyticsEngineDataPoint>(event, where);
    const index = indexes === undefined ? [] : toSequence(indexes, toBlob, where);
    if (index.length > mostIndexes) throw new TypeError(`writeDataPoint(): Maximum of ${mostIndexes} indexes supported.`);
    const texts = blobs === undefined ? [] : toSequence(blobs, toBlob, where);
    if (texts.length > mostMembers) throw new TypeError(`writeDataPoint(): Maximum of ${mostMembers} blobs supported.`);
    const numbers = doubles === undefined ? [] : toSequence(doubles, toDouble, where);
    if (numbers.length > mostMembers) throw new TypeError(`writeDataPoint(): Maximum of ${mostMembers} doubles supported.`);
    const packed = new Float64Array(numbers.length);
    for (let i = 0; i < numbers.length; i++) packed[i] = numbers[i]!;
    ops.analytics_write(this.#place, index.length === 0 ? "" : index[0]!, texts, viewBytes(packed));
  }
}
defineInterface("AnalyticsEngineDataset", AnalyticsEngineDataset);

export function createAnalyticsEngineDataset(place: number): AnalyticsEngineDataset {
  return new AnalyticsEngineDataset(key, place);
}

const toDouble = (value: unknown): number => +(value as number);

// A member that is null is as one that is not there: empty.
function toBlob(value: unknown): string {
  if (value === null || value === undefined) return "";
  return isBufferSource(value) ? utf8DecodeKeepingMark(viewBytes(value)) : toUSVString(value);
}
