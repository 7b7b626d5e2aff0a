// https://developers.cloudflare.com/r2/api/workers/workers-api-reference/#r2multipartupload-definition
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { NumberPrototypeToString, PromisePrototypeThen, PromiseReject } from "../core/primordials.ts";
import { isObject, toDictionary, toLong, toSequence, toUSVString } from "../core/webidl.ts";
import { sendContent, type R2Value } from "./content.ts";
import { OptionList, addKey } from "./options.ts";
import { parseObject, type R2Object } from "./r2-object.ts";

export interface R2UploadedPart { partNumber: number; etag: string }

const key = {};
const mostParts = 10_000;
const illegalInvocation = (): Promise<never> => PromiseReject(new TypeError("Illegal invocation"));

export class R2MultipartUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly #bucket: number;
  // Not the properties: whoever has the object may give these other values.
  readonly #key: string;
  readonly #id: string;

  constructor(given: unknown, bucket: number, objectKey: string, uploadId: string) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#bucket = bucket;
    this.key = this.#key = objectKey;
    this.uploadId = this.#id = uploadId;
  }

  uploadPart(partNumber: number, value: R2Value, options: { ssecKey?: ArrayBuffer | string } | undefined = undefined): Promise<R2UploadedPart> {
    if (!isObject(this) || !(#bucket in this)) return illegalInvocation();
    try {
      const number = readPartNumber(partNumber);
      const unsupported = new OptionList();
      addKey(unsupported, toDictionary(options, "Failed to execute 'uploadPart' on 'R2MultipartUpload'").ssecKey);
      if (unsupported.flat.length > 0) throw new Error("uploadPart: Encryption with a key of yours (SSE-C) is not implemented by Skep. (10005)");
      return PromisePrototypeThen(
        sendContent(value, "uploadPart", 2, (length, kind, body) => ops.r2_upload_part(this.#bucket, this.#key, this.#id, number, length, kind, body)),
        (etag) => ({ partNumber: number, etag }),
      );
    } catch (error) {
      return PromiseReject(error);
    }
  }

  abort(): Promise<void> {
    if (!isObject(this) || !(#bucket in this)) return illegalInvocation();
    try {
      return ops.r2_abort_upload(this.#bucket, this.#key, this.#id);
    } catch (error) {
      return PromiseReject(error);
    }
  }

  complete(uploadedParts: R2UploadedPart[]): Promise<R2Object> {
    if (!isObject(this) || !(#bucket in this)) return illegalInvocation();
    try {
      const parts = toSequence(uploadedParts, readPart, "Failed to execute 'complete' on 'R2MultipartUpload'");
      const flat: string[] = [];
      for (let i = 0; i < parts.length; i++) {
        flat[flat.length] = NumberPrototypeToString(parts[i]!.partNumber);
        flat[flat.length] = parts[i]!.etag;
      }
      return PromisePrototypeThen(ops.r2_complete_upload(this.#bucket, this.#key, this.#id, flat), parseObject);
    } catch (error) {
      return PromiseReject(error);
    }
  }
}
defineInterface("R2MultipartUpload", R2MultipartUpload);

export function createUpload(bucket: number, objectKey: string, uploadId: string): R2MultipartUpload {
  return new R2MultipartUpload(key, bucket, objectKey, uploadId);
}

function readPart(part: unknown): R2UploadedPart {
  const { partNumber, etag } = toDictionary(part as R2UploadedPart, "Failed to execute 'complete' on 'R2MultipartUpload'");
  if (etag === undefined) throw new TypeError("Missing field 'etag' on 'UploadedPart'.");
  return { partNumber: readPartNumber(partNumber), etag: toUSVString(etag) };
}

function readPartNumber(given: unknown): number {
  const number = toLong(given);
  if (number < 1 || number > mostParts) throw new TypeError(`Part number must be between 1 and ${mostParts} (inclusive). Actual value was: ${number}`);
  return number;
}
