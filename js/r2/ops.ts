// What R2 buckets ask of the host. A bucket is the place of its binding among those of the version. Options are flat lists of
// names and values (options.ts); what is answered is JSON (R2ObjectRecord).
import type { OutgoingBody } from "../fetch/index.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /** The object, null when there is none. */
    r2_head(bucket: number, key: string): Promise<string | null>;
    /** The object and its content: at once if it is at hand. */
    r2_get(bucket: number, key: string, options: string[]): R2Answer | null | Promise<R2Answer | null>;
    /** The object that was stored; null when a condition did not hold. A body that failed rejects without the name of the method. */
    r2_put(bucket: number, key: string, options: string[], custom: string[], length: number, kind: number, body: OutgoingBody): Promise<string | null>;
    r2_delete(bucket: number, keys: string[]): Promise<void>;
    /** `{ objects, prefixes, cursor }`. */
    r2_list(bucket: number, options: string[]): Promise<string>;
    /** The id of the upload. */
    r2_create_upload(bucket: number, key: string, options: string[], custom: string[]): Promise<string>;
    /** The part's ETag. */
    r2_upload_part(bucket: number, key: string, uploadId: string, part: number, length: number, kind: number, body: OutgoingBody): Promise<string>;
    /** The object; parts are number, ETag, number… */
    r2_complete_upload(bucket: number, key: string, uploadId: string, parts: string[]): Promise<string>;
    r2_abort_upload(bucket: number, key: string, uploadId: string): Promise<void>;
  }
}

/** The object, and its content: bytes, a body's id, or null when a condition did not hold. */
export type R2Answer = [object: string, content: ArrayBuffer | number | null, length: number];

/** An object as the host tells it. */
export interface R2ObjectRecord {
  key: string;
  version: string;
  size: number;
  etag: string;
  uploaded: number;
  storageClass: string;
  httpMetadata?: { contentType?: string; contentLanguage?: string; contentDisposition?: string; contentEncoding?: string; cacheControl?: string; cacheExpiry?: number };
  customMetadata?: Record<string, string>;
  checksums: Record<string, string>;
  range?: { offset: number; length: number };
}
