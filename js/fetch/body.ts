// The Body mixin's reading methods (https://fetch.spec.whatwg.org/#body-mixin). Request and Response call these with
// their own state; every one of them answers with a promise and never throws.
import type { Blob, FormData } from "../blob/index.ts";
import { blobs } from "../blob/lazy.ts";
import { lazy } from "../core/lazy.ts";
import { ops } from "../core/ops.ts";
import {
  ArrayBufferPrototypeGetByteLength,
  JSONParse,
  PromisePrototypeThen,
  PromiseReject,
  PromiseResolve,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
} from "../core/primordials.ts";
import { copyBytes } from "../core/bytes.ts";
import { utf8Decode, utf8Encode } from "../encoding/index.ts";
import type { ReadableStream } from "../streams/index.ts";
import { streams } from "../streams/lazy.ts";
import { type BodyState, Source, ownBytes, requireUsable } from "./body-state.ts";

const forms = lazy(() => import("./forms.ts"));
const mimeTypes = lazy(() => import("./mime-type.ts"));

/** Bodies longer than this are not gathered in memory: an isolate has 128 MB. */
const gatherLimit = 128 * 1024 * 1024;

export function bodyText(body: BodyState | null): Promise<string> {
  if (body === null) return PromiseResolve("");
  try {
    requireUsable(body);
    body.used = true;
    switch (body.kind) {
      case Source.string:
        return PromiseResolve(withoutByteOrderMark(body.source as string));
      case Source.bytes:
        return PromiseResolve(utf8Decode(body.source as Uint8Array));
      case Source.host:
        return translateAbort(body, ops.body_read_text(body.id));
      default:
        return translateAbort(body, streams().readAllText(body.source as ReadableStream));
    }
  } catch (error) {
    return PromiseReject(error);
  }
}

// Whoever reads a string body as text reads its UTF-8 form, where a leading U+FEFF is a byte order mark.
function withoutByteOrderMark(text: string): string {
  return text.length > 0 && StringPrototypeCharCodeAt(text, 0) === 0xfeff ? StringPrototypeSlice(text, 1) : text;
}

export function bodyBytes(body: BodyState | null): Promise<Uint8Array<ArrayBuffer>> {
  if (body === null) return PromiseResolve(new Uint8Array(0));
  try {
    requireUsable(body);
    body.used = true;
    switch (body.kind) {
      case Source.string:
        return PromiseResolve(utf8Encode(body.source as string));
      case Source.bytes:
        return PromiseResolve(ownBytes(body));
      case Source.host:
        return translateAbort(body, ops.body_read_all(body.id, gatherLimit) as Promise<Uint8Array<ArrayBuffer>>);
      default:
        return translateAbort(body, streams().readAllBytes(body.source as ReadableStream) as Promise<Uint8Array<ArrayBuffer>>);
    }
  } catch (error) {
    return PromiseReject(error);
  }
}

// The host knows only that the transfer was stopped, the signal knows why.
function translateAbort<T>(body: BodyState, promise: Promise<T>): Promise<T> {
  const abort = body.abort;
  if (abort === null) return promise;
  if (abort.aborted) {
    // What had arrived before may still come through: nobody asks for it any more.
    void PromisePrototypeThen(promise, ignore, ignore);
    return PromiseReject(abort.reason);
  }
  return PromisePrototypeThen(promise, undefined, (error: unknown) => {
    throw abort.aborted ? abort.reason : error;
  }) as Promise<T>;
}

const ignore = (): void => {};
const parseJson = (text: string): unknown => JSONParse(text);

// One that is aborted already rejects at once, not some reactions later.
function isAborted(body: BodyState | null): boolean {
  return body !== null && body.abort !== null && body.abort.aborted;
}

export function bodyJson(body: BodyState | null): Promise<unknown> {
  if (isAborted(body)) return bodyText(body);
  return PromisePrototypeThen(bodyText(body), parseJson);
}

export function bodyArrayBuffer(body: BodyState | null): Promise<ArrayBuffer> {
  if (isAborted(body)) return bodyBytes(body) as Promise<never>;
  return PromisePrototypeThen(bodyBytes(body), wholeBuffer);
}

function wholeBuffer(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  const buffer = TypedArrayPrototypeGetBuffer(bytes);
  return TypedArrayPrototypeGetByteLength(bytes) === ArrayBufferPrototypeGetByteLength(buffer) ? buffer : TypedArrayPrototypeGetBuffer(copyBytes(bytes));
}

export function bodyBlob(body: BodyState | null, contentType: string | null): Promise<Blob> {
  if (isAborted(body)) return bodyBytes(body) as Promise<never>;
  return PromisePrototypeThen(bodyBytes(body), (bytes) => {
    const type = contentType === null ? null : mimeTypes().extractMimeType(contentType);
    return blobs().blobFromBytes(bytes, type === null ? "" : mimeTypes().mimeTypeText(type));
  });
}

// The type is judged after the body was read: a body that fails is a failure of its own.
export function bodyFormData(body: BodyState | null, contentType: string | null): Promise<FormData> {
  if (isAborted(body)) return bodyBytes(body) as Promise<never>;
  return PromisePrototypeThen(bodyBytes(body), (bytes) => forms().parseForm(bytes, contentType));
}
