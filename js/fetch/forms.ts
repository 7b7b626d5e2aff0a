// The body of a form, by its content type (https://fetch.spec.whatwg.org/#dom-body-formdata).
import type { FormData } from "../blob/index.ts";
import { utf8DecodeKeepingMark } from "../encoding/index.ts";
import { extractMimeType } from "./mime-type.ts";
import { parseMultipart } from "./multipart.ts";
import { parseUrlEncodedForm } from "./urlencoded.ts";

export function parseForm(bytes: Uint8Array<ArrayBuffer>, contentType: string | null): FormData {
  if (contentType === null) throw new TypeError("Parsing a Body as FormData requires a Content-Type header.");
  const type = extractMimeType(contentType);
  if (type?.essence === "multipart/form-data") {
    const boundary = type.parameter("boundary");
    if (boundary === null) throw new TypeError(noBoundary);
    return parseMultipart(bytes, boundary);
  }
  if (type?.essence === "application/x-www-form-urlencoded") return parseUrlEncodedForm(utf8DecodeKeepingMark(bytes));
  throw new TypeError(unknownFormType);
}

const noBoundary =
  "No boundary string in Content-Type header. The multipart/form-data MIME type requires a boundary parameter, e.g. 'Content-Type: multipart/form-data; boundary=\"abcd\"'. See RFC 7578, section 4.";
const unknownFormType =
  "Unrecognized Content-Type header value. FormData can only parse the following MIME types: multipart/form-data, application/x-www-form-urlencoded";
