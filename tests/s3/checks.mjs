// What AWS' S3 client does with buckets of Skep, checked; the end-to-end tests run it (S3ClientTests.cs).
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import * as aws from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const endpoint = process.env.S3_ENDPOINT;
const s3 = new aws.S3Client({ region: "auto", endpoint, forcePathStyle: true });
const Bucket = "sdk";
const send = (name, input = {}) => s3.send(new aws[`${name}Command`]({ Bucket, ...input }));
const failure = (promise) => promise.then(() => "none", (error) => `${error.name} ${error.$metadata?.httpStatusCode}`);
const text = (object) => object.Body.transformToString();

await send("CreateBucket");
assert.deepEqual((await s3.send(new aws.ListBucketsCommand({}))).Buckets.map((bucket) => bucket.Name), [Bucket]);
assert.equal(await failure(send("CreateBucket")), "BucketAlreadyOwnedByYou 409");
assert.equal((await send("GetBucketLocation")).LocationConstraint, "auto");

const Key = "a/ü ö+&.txt";
const put = await send("PutObject", { Key, Body: "hello", ContentType: "text/plain", Metadata: { who: "me" }, CacheControl: "max-age=3" });
assert.equal(put.ETag, '"5d41402abc4b2a76b9719d911017c592"');
const got = await send("GetObject", { Key });
assert.deepEqual([await text(got), got.ContentType, got.Metadata, got.CacheControl], ["hello", "text/plain", { who: "me" }, "max-age=3"]);
const part = await send("GetObject", { Key, Range: "bytes=1-2" });
assert.deepEqual([await text(part), part.ContentRange], ["el", "bytes 1-2/5"]);
assert.equal(await failure(send("GetObject", { Key, Range: "bytes=100-" })), "InvalidRange 416");
assert.equal(await failure(send("GetObject", { Key: "none" })), "NoSuchKey 404");
assert.equal(await failure(send("HeadObject", { Key: "none" })), "NotFound 404");
assert.equal(await failure(send("PutObject", { Key, Body: "x", IfNoneMatch: "*" })), "PreconditionFailed 412");
assert.match(await failure(send("GetObject", { Key, IfNoneMatch: got.ETag })), / 304$/);
assert.equal(await failure(send("GetObject", { Key, IfUnmodifiedSince: new Date(0) })), "PreconditionFailed 412");
assert.equal(await text(await send("GetObject", { Key, IfUnmodifiedSince: got.LastModified })), "hello");

// Streams are sent in signed pieces, with their checksum behind them.
const big = Buffer.alloc(300_000, 7);
await send("PutObject", { Key: "stream", Body: Readable.from([big.subarray(0, 100_000), big.subarray(100_000)]), ContentLength: big.length });
assert.deepEqual(Buffer.from(await (await send("GetObject", { Key: "stream" })).Body.transformToByteArray()), big);
for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]) await send("PutObject", { Key: "sum", Body: big, ChecksumAlgorithm });
assert.equal(await failure(send("PutObject", { Key: "sum", Body: "x", ChecksumSHA256: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" })), "BadDigest 400");
assert.equal(await failure(send("PutObject", { Key: "sum", Body: "x", ContentMD5: "1B2M2Y8AsgTpgAmY7PhCfg==" })), "BadDigest 400");

await send("CopyObject", { Key: "copy", CopySource: `${Bucket}/${encodeURIComponent(Key)}` });
assert.deepEqual((await send("HeadObject", { Key: "copy" })).Metadata, { who: "me" });
await send("CopyObject", { Key: "copy", CopySource: `${Bucket}/copy`, MetadataDirective: "REPLACE", Metadata: { now: "you" } });
assert.deepEqual((await send("HeadObject", { Key: "copy" })).Metadata, { now: "you" });

const pieces = function* () { for (let i = 0; i < 17; i++) yield Buffer.alloc(1 << 20, i); };
await new Upload({ client: s3, params: { Bucket, Key: "parts", Body: Readable.from(pieces()) }, partSize: 5 << 20 }).done();
const seam = await send("GetObject", { Key: "parts", Range: `bytes=${(5 << 20) - 1}-${5 << 20}` });
assert.deepEqual([...await seam.Body.transformToByteArray()], [4, 5]);
const { UploadId } = await send("CreateMultipartUpload", { Key: "by-parts" });
const copied = await send("UploadPartCopy", { Key: "by-parts", UploadId, PartNumber: 1, CopySource: `${Bucket}/parts`, CopySourceRange: "bytes=0-99" });
assert.deepEqual((await send("ListParts", { Key: "by-parts", UploadId })).Parts.map(({ PartNumber, Size }) => [PartNumber, Size]), [[1, 100]]);
assert.deepEqual((await send("ListMultipartUploads")).Uploads.map((upload) => upload.Key), ["by-parts"]);
await send("CompleteMultipartUpload", { Key: "by-parts", UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: copied.CopyPartResult.ETag }] } });
assert.equal((await send("HeadObject", { Key: "by-parts" })).ContentLength, 100);
const dropped = await send("CreateMultipartUpload", { Key: "dropped" });
await send("AbortMultipartUpload", { Key: "dropped", UploadId: dropped.UploadId });
assert.equal(await failure(send("ListParts", { Key: "dropped", UploadId: dropped.UploadId })), "NoSuchUpload 404");

for (const name of ["a/1", "a/2", "b/1", "c"]) await send("PutObject", { Key: name, Body: Buffer.alloc(0) });
const all = ["a/", "b/", "by-parts", "c", "copy", "parts", "stream", "sum"];
const listed = async (name, next) => {
  const found = [];
  for (let page, at = {}; at !== undefined; at = page.IsTruncated ? next(page) : undefined) {
    page = await send(name, { Delimiter: "/", MaxKeys: 3, ...at });
    found.push(...(page.CommonPrefixes ?? []).map((each) => each.Prefix), ...(page.Contents ?? []).map((each) => each.Key));
  }
  return found.sort();
};
assert.deepEqual(await listed("ListObjectsV2", (page) => ({ ContinuationToken: page.NextContinuationToken })), all);
assert.deepEqual(await listed("ListObjects", (page) => ({ Marker: page.NextMarker })), all);

const url = await getSignedUrl(s3, new aws.GetObjectCommand({ Bucket, Key }), { expiresIn: 60 });
assert.equal(await (await fetch(url)).text(), "hello");
assert.equal((await fetch(url.replace("X-Amz-Expires=60", "X-Amz-Expires=61"))).status, 403);
const target = await getSignedUrl(s3, new aws.PutObjectCommand({ Bucket, Key: "presigned" }), { expiresIn: 60 });
assert.equal((await fetch(target, { method: "PUT", body: "by anyone" })).status, 200);
assert.equal(await text(await send("GetObject", { Key: "presigned" })), "by anyone");

const stranger = new aws.S3Client({ region: "auto", endpoint, forcePathStyle: true, credentials: { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: "guessed" } });
assert.equal(await failure(stranger.send(new aws.ListBucketsCommand({}))), "SignatureDoesNotMatch 403");
assert.equal(await failure(send("GetObjectAcl", { Key })), "NotImplemented 501");
assert.equal(await failure(send("DeleteBucket")), "BucketNotEmpty 409");
const keys = (await send("ListObjectsV2")).Contents.map((each) => ({ Key: each.Key }));
assert.equal((await send("DeleteObjects", { Delete: { Objects: keys } })).Deleted.length, keys.length);
await send("DeleteBucket");
assert.equal(await failure(send("HeadBucket")), "NotFound 404");
console.log("all checks passed");
