// bindings: r2_bucket BUCKET, r2_bucket OTHER
import { equal, run, throws } from "test";

const failure = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
  return "none";
};

let bucket, other;
const read = async (key, options) => (await bucket.get(key, options)).text();

const checks = {
  async "an object has all that is known of it"() {
    const put = await bucket.put("a/1", "hello", { customMetadata: { x: "ü", n: 1 }, httpMetadata: { contentType: "text/plain", cacheExpiry: new Date(1e12) } });
    const got = await bucket.get("a/1");
    for (const object of [put, got]) {
      equal([object.key, object.size, object.etag, object.httpEtag, object.storageClass], ["a/1", 5, "5d41402abc4b2a76b9719d911017c592", '"5d41402abc4b2a76b9719d911017c592"', "Standard"]);
      equal([object.uploaded instanceof Date, object.httpMetadata, object.customMetadata], [true, { contentType: "text/plain", cacheExpiry: new Date(1e12) }, { x: "ü", n: "1" }]);
      equal([object.checksums.md5 instanceof ArrayBuffer, object.checksums.md5.byteLength, object.checksums.sha1], [true, 16, undefined]);
      equal(JSON.parse(JSON.stringify(object)).checksums, { md5: "5d41402abc4b2a76b9719d911017c592" });
      equal([Object.prototype.toString.call(object), typeof object.version], [object === got ? "[object R2ObjectBody]" : "[object R2Object]", "string"]);
    }
    equal([put.range, got.range], [undefined, { offset: 0, length: 5 }]);
    equal(Object.keys(put), ["key", "version", "size", "etag", "httpEtag", "checksums", "uploaded", "httpMetadata", "customMetadata", "range", "storageClass", "ssecKeyMd5"]);
  },

  async "what is not there is null"() {
    equal([await bucket.get("none"), await bucket.head("none")], [null, null]);
    equal(await bucket.delete("none"), undefined);
  },

  async "content is read in every way, once"() {
    await bucket.put("b", '{"a":1}', { httpMetadata: { contentType: "application/json" } });
    equal([await read("b"), await (await bucket.get("b")).json()], ['{"a":1}', { a: 1 }]);
    equal([...await (await bucket.get("b")).bytes()].length, 7);
    equal((await (await bucket.get("b")).arrayBuffer()).byteLength, 7);
    const blob = await (await bucket.get("b")).blob();
    equal([blob.type, await blob.text()], ["application/json", '{"a":1}']);
    const object = await bucket.get("b");
    equal([object.bodyUsed, object.body instanceof ReadableStream, object.body === object.body], [false, true, true]);
    equal([await new Response(object.body).text(), object.bodyUsed], ['{"a":1}', true]);
    equal(await failure(object.text()), "TypeError: Body has already been used. It can only be used once. Use tee() first if you need to read it twice.");
  },

  async "values of every kind are stored"() {
    const bytes = new Uint8Array([1, 2, 250, 0]);
    const fixed = new FixedLengthStream(4);
    const writer = fixed.writable.getWriter();
    writer.write(bytes).then(() => writer.close());
    const values = { buffer: bytes.buffer, view: new DataView(bytes.buffer, 1, 2), blob: new Blob([bytes]), response: new Response(bytes).body, text: new Response("\u0001").body, fixed: fixed.readable, nothing: null, empty: "" };
    const found = {};
    for (const [name, value] of Object.entries(values)) {
      await bucket.put(name, value);
      found[name] = [...await (await bucket.get(name)).bytes()];
    }
    const all = [1, 2, 250, 0];
    equal(found, { buffer: all, view: [2, 250], blob: all, response: all, text: [1], fixed: all, nothing: [], empty: [] });
    // What a bucket gives, another takes.
    await other.put("copy", (await bucket.get("buffer")).body);
    equal([...await (await other.get("copy")).bytes()], all);
  },

  async "content must have a length, and be content"() {
    const unknown = "TypeError: Provided readable stream must have a known length (request/response body or readable half of FixedLengthStream)";
    equal(await failure(bucket.put("k", new ReadableStream({ pull(c) { c.close(); } }))), unknown);
    equal(await failure(bucket.put("k", new TransformStream().readable)), unknown);
    for (const value of [{}, 1, true, [], new String("x")]) {
      equal(await failure(bucket.put("k", value)), "TypeError: Failed to execute 'put' on 'R2Bucket': parameter 2 is not of type 'ReadableStream or ArrayBuffer or ArrayBufferView or string or Blob'.");
    }
  },

  async "a stream that fails is not stored, and its reason is told"() {
    await bucket.put("failing", "old");
    const { readable, writable } = new FixedLengthStream(10);
    const put = bucket.put("failing", readable);
    const writer = writable.getWriter();
    writer.write(new Uint8Array(3)).catch(() => {});
    writer.abort(new RangeError("mine")).catch(() => {});
    equal(await failure(put), "RangeError: mine");
    equal(await read("failing"), "old");
  },

  async "parts are read"() {
    await bucket.put("r", "0123456789");
    equal([await read("r", { range: { offset: 2, length: 3 } }), await read("r", { range: { suffix: 2 } }), await read("r", { range: { length: 1 } })], ["234", "89", "0"]);
    equal([await read("r", { range: new Headers({ range: "bytes=4-5" }) }), await read("r", { range: new Headers({ range: "bytes=99-" }) }), await read("r", { range: new Headers() })], ["45", "0123456789", "0123456789"]);
    equal((await bucket.get("r", { range: { offset: 8, length: 99 } })).range, { offset: 8, length: 2 });
    equal(await failure(bucket.get("r", { range: { offset: 10 } })), "Error: get: The requested range is not satisfiable (10039)");
    equal(await failure(bucket.get("r", { range: { offset: -1 } })), "RangeError: Invalid range. Starting offset (-1) must be greater than or equal to 0.");
    equal(await failure(bucket.get("r", { range: { length: 1.5 } })), "RangeError: Invalid range. Length (1.5) must be an integer, not floating point.");
    equal(await failure(bucket.get("r", { range: { suffix: 1, offset: 1 } })), "TypeError: Suffix is incompatible with offset.");
  },

  async "conditions decide"() {
    const { etag, uploaded } = await bucket.put("c", "1");
    for (const [onlyIf, holds] of [
      [{ etagMatches: etag }, true], [{ etagMatches: "x" }, false], [{ etagDoesNotMatch: etag }, false], [{ etagMatches: "*" }, true],
      [{ uploadedBefore: uploaded }, false], [{ uploadedAfter: new Date(0) }, true], [{ uploadedBefore: new Date(+uploaded + 1) }, true], [{ uploadedBefore: new Date(+uploaded + 1), secondsGranularity: true }, false],
      [new Headers({ "if-match": `"x", "${etag}"` }), true], [new Headers({ "if-none-match": `W/"${etag}"` }), false], [new Headers({ "if-match": `W/"${etag}"` }), false], [new Headers({ "if-modified-since": uploaded.toUTCString() }), false],
      [new Headers(), true],
    ]) {
      const object = await bucket.get("c", { onlyIf });
      equal([JSON.stringify(onlyIf instanceof Headers ? [...onlyIf] : onlyIf), "body" in object], [JSON.stringify(onlyIf instanceof Headers ? [...onlyIf] : onlyIf), holds]);
    }
    equal(await bucket.put("c", "2", { onlyIf: { etagMatches: "x" } }), null);
    equal(await bucket.put("c", "2", { onlyIf: new Headers({ "if-none-match": "*" }) }), null);
    equal([(await bucket.put("c2", "2", { onlyIf: new Headers({ "if-none-match": "*" }) })).key, await read("c")], ["c2", "1"]);
    equal(await failure(bucket.get("c", { onlyIf: { etagMatches: '"quoted"' } })), 'TypeError: Conditional ETag should not be wrapped in quotes ("quoted").');
    equal(await failure(bucket.get("c", { onlyIf: new Headers({ "if-match": "bare" }) })), "Error: Invalid ETag in if-match header");
    equal(await failure(bucket.get("c", { onlyIf: new Headers({ "if-match": '"a" "b"' }) })), "Error: Comma was expected to separate etags. Encountered a double quote character '\"' instead. This would otherwise indicate the start of a new strong etag.");
    equal(await failure(bucket.get("c", { onlyIf: { uploadedAfter: "yesterday" } })), "TypeError: Incorrect type for the 'uploadedAfter' field on 'Conditional': the provided value is not of type 'date'.");
  },

  async "checksums are checked"() {
    const md5 = "5d41402abc4b2a76b9719d911017c592";
    equal((await bucket.put("h", "hello", { md5 })).etag, md5);
    equal((await bucket.put("h", "hello", { md5: new Uint8Array(md5.match(/../g).map((byte) => parseInt(byte, 16))) })).etag, md5);
    equal(await failure(bucket.put("h", "other", { md5 })), `Error: put: The MD5 checksum you specified did not match what we received.\nYou provided a MD5 checksum with value: ${md5}\nActual MD5 was: 795f3202b17cb6bc3d4b771d8c6c9eaf (10037)`);
    equal(await failure(bucket.put("h", "x", { md5, sha1: "0".repeat(40) })), "TypeError: You cannot specify multiple hashing algorithms.");
    equal(await failure(bucket.put("h", "x", { sha256: "00" })), "TypeError: SHA-256 is 64 hex characters, not 2");
    equal(await failure(bucket.put("h", "x", { sha512: new Uint8Array(3) })), "TypeError: SHA-512 is 64 bytes, not 3");
    equal(await failure(bucket.put("h", "x", { sha1: "z".repeat(40) })), "TypeError: Provided SHA-1 wasn't a valid hex string");
  },

  async "metadata goes to headers and comes from them"() {
    const given = new Headers({ "content-type": "text/x", "content-language": "de", "content-disposition": "inline", "content-encoding": "br", "cache-control": "no-store", expires: "Thu, 01 Jan 1970 00:00:01 GMT" });
    await bucket.put("m", "", { httpMetadata: given });
    const object = await bucket.head("m");
    equal(object.httpMetadata, { contentType: "text/x", contentLanguage: "de", contentDisposition: "inline", contentEncoding: "br", cacheControl: "no-store", cacheExpiry: new Date(1000) });
    const written = new Headers();
    object.writeHttpMetadata(written);
    equal([...written], [...given]);
  },

  async "what is refused is told in workerd's words"() {
    equal(await failure(bucket.put("x".repeat(1025), "")), "Error: put: The specified object name is not valid. (10020)");
    equal(await failure(bucket.get("")), "Error: get: The specified object name is not valid. (10020)");
    equal(await failure(bucket.put("k", "", { customMetadata: { a: "x".repeat(8192) } })), "Error: put: Your metadata headers exceed the maximum allowed metadata size. (10012)");
    equal((await failure(bucket.put("k", "", { ssecKey: "ab".repeat(32) }))).startsWith("Error: put: Encryption with a key of yours (SSE-C) is not implemented by Skep."), true);
    equal(await failure(bucket.get("k", { ssecKey: "zz" })), "Error: SSE-C Key has invalid format");
    equal(await failure(bucket.put("k", "", { storageClass: "Cold" })), 'Error: put: The storage class "Cold" is not valid. Use Standard or InfrequentAccess. (10062)');
    equal(await failure(bucket.list({ limit: 1001 })), "Error: list: MaxKeys params must be positive integer <= 1000. (10022)");
    equal(await failure(bucket.delete(Array.from({ length: 1001 }, (_, i) => `${i}`))), "Error: delete: One call deletes at most 1000 keys, not 1001. (10029)");
  },

  async "lists show what is there"() {
    for (const key of ["l/1", "l/2", "l/3/x", "l/3/y"]) await bucket.put(key, key, { customMetadata: { k: key } });
    const page = await bucket.list({ prefix: "l/", delimiter: "/" });
    equal([page.objects.map((object) => object.key), page.truncated, "cursor" in page, page.delimitedPrefixes], [["l/1", "l/2"], false, false, ["l/3/"]]);
    const first = await bucket.list({ prefix: "l/", limit: 3 });
    equal([first.objects.length, first.truncated], [3, true]);
    equal((await bucket.list({ prefix: "l/", cursor: first.cursor })).objects.map((object) => object.key), ["l/3/y"]);
    equal((await bucket.list({ prefix: "l/", startAfter: "l/2" })).objects.length, 2);
    equal((await bucket.list({ prefix: "l/1", include: ["customMetadata"] })).objects[0].customMetadata, { k: "l/1" });
    equal(await failure(bucket.list({ include: ["all"] })), "RangeError: Unsupported include value all");
    equal(await failure(bucket.list({ prefix: 1 })), "TypeError: Incorrect type for the 'prefix' field on 'ListOptions': the provided value is not of type 'string'.");
    await bucket.delete(["l/1", "l/2"]);
    equal((await bucket.list({ prefix: "l/" })).objects.length, 2);
  },

  async "uploads in parts"() {
    const upload = await bucket.createMultipartUpload("up", { httpMetadata: { contentType: "text/x" }, customMetadata: { a: "b" } });
    equal([upload.key, typeof upload.uploadId, Object.keys(upload)], ["up", "string", ["key", "uploadId"]]);
    const second = await bucket.resumeMultipartUpload("up", upload.uploadId).uploadPart(2, new Response("tail").body);
    const first = await upload.uploadPart(1, new Uint8Array([104, 105]));
    equal([first.partNumber, second.partNumber, typeof first.etag], [1, 2, "string"]);
    const object = await upload.complete([first, second]);
    equal([object.size, object.httpMetadata, object.customMetadata, await read("up")], [6, { contentType: "text/x" }, { a: "b" }, "hitail"]);
    equal(await failure(upload.complete([first])), "Error: completeMultipartUpload: The specified multipart upload does not exist. (10024)");
    equal(await failure(upload.uploadPart(0, "x")), "TypeError: Part number must be between 1 and 10000 (inclusive). Actual value was: 0");
    equal(await failure(upload.complete([{ partNumber: 10001, etag: "x" }])), "TypeError: Part number must be between 1 and 10000 (inclusive). Actual value was: 10001");
    const dropped = await bucket.createMultipartUpload("dropped");
    equal(await dropped.abort(), undefined);
  },

  async "methods are the bucket's own"() {
    for (const name of ["head", "get", "put", "delete", "list", "createMultipartUpload"]) equal(await failure(bucket[name].call({})), "TypeError: Illegal invocation");
    await throws("TypeError", () => new bucket.constructor());
    equal(Object.prototype.toString.call(bucket), "[object R2Bucket]");
  },
};

export default {
  async fetch(request, env) {
    bucket = env.BUCKET;
    other = env.OTHER;
    return run(checks);
  },
};
