using System.Globalization;
using Microsoft.AspNetCore.Http;
using Skep.Abstractions.R2;

namespace Skep.Control.S3;

/// <summary>Calls about uploads in parts.</summary>
internal sealed class S3Uploads(R2Services r2, S3Buckets buckets, S3Objects objects)
{
    public async Task CreateAsync(S3Request request)
    {
        await buckets.FindAsync(request);
        var id = await r2.Store.CreateUploadAsync(request.Bucket, S3Metadata.Put(request));
        await S3Xml.WriteAsync(request.Http, "InitiateMultipartUploadResult", xml =>
        {
            xml.Element("Bucket", request.Bucket);
            xml.Element("Key", request.Key);
            xml.Element("UploadId", id);
        });
    }

    public async Task PutPartAsync(S3Request request)
    {
        await buckets.FindAsync(request);
        var part = new R2PartPut(request.Key, Id(request), Number(request), new R2Checksums(Md5: S3Metadata.Md5(request)));
        if (request.Header("x-amz-copy-source") is not null)
        {
            await using var read = await objects.OpenSourceAsync(request, request.Header("x-amz-copy-source-range") is { } range ? R2Range.Parse(range, isLenient: false) : null);
            var copied = await r2.Store.PutPartAsync(request.Bucket, part, S3Objects.BodyOf(read), request.Cancellation);
            await S3Objects.WriteCopyAsync(request, "CopyPartResult", copied.ETag, copied.Uploaded);
            return;
        }

        await using var payload = S3Payload.Of(request);
        var stored = await r2.Store.PutPartAsync(request.Bucket, part, payload.Body, request.Cancellation);
        request.Http.Response.Headers.ETag = $"\"{stored.ETag}\"";
        if (payload.Checksum is { Expected: { } checksum } sent) request.Http.Response.Headers[sent.Header] = checksum;
    }

    public async Task ListPartsAsync(S3Request request)
    {
        await buckets.FindAsync(request);
        var (after, most) = (request.Number("part-number-marker", 0, R2Rules.MaxParts), request.Number("max-parts", R2Rules.MaxListKeys, R2Rules.MaxListKeys));
        var found = await r2.Store.ListPartsAsync(request.Bucket, request.Key, Id(request), after, most + 1, request.Cancellation);
        var page = found.Take(most).ToList();
        await S3Xml.WriteAsync(request.Http, "ListPartsResult", xml =>
        {
            xml.Element("Bucket", request.Bucket);
            xml.Element("Key", request.Key);
            xml.Element("UploadId", Id(request));
            xml.Element("PartNumberMarker", after);
            if (found.Count > most && page.Count > 0) xml.Element("NextPartNumberMarker", page[^1].Number);
            xml.Element("MaxParts", most);
            xml.Element("IsTruncated", found.Count > most);
            foreach (var part in page)
            {
                xml.Element("Part", () =>
                {
                    xml.Element("PartNumber", part.Number);
                    xml.Time("LastModified", part.Uploaded);
                    xml.Element("ETag", $"\"{part.ETag}\"");
                    xml.Element("Size", part.Size);
                });
            }
        });
    }

    public async Task CompleteAsync(S3Request request)
    {
        await buckets.FindAsync(request);
        var body = await S3Xml.ReadAsync(request);
        List<R2PartName> parts = [];
        foreach (var part in body.Children("Part"))
        {
            if (!int.TryParse(part.Child("PartNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || part.Child("ETag") is not { } etag)
                throw S3Exception.Malformed("A Part needs a PartNumber and an ETag.");
            if (parts.Count > 0 && parts[^1].Number >= number) throw new S3Exception(400, "InvalidPartOrder", "The list of parts was not in ascending order. The parts list must be specified in order by part number.");
            parts.Add(new R2PartName(number, etag.Trim().Trim('"')));
        }

        if (parts.Count == 0) throw S3Exception.Malformed("You must specify at least one part");
        var stored = await r2.Store.CompleteUploadAsync(request.Bucket, request.Key, Id(request), parts);
        await S3Xml.WriteAsync(request.Http, "CompleteMultipartUploadResult", xml =>
        {
            xml.Element("Location", $"{request.Http.Request.Scheme}://{request.Http.Request.Host}{request.Http.Request.Path}");
            xml.Element("Bucket", request.Bucket);
            xml.Element("Key", request.Key);
            xml.Element("ETag", $"\"{stored.ETag}\"");
        });
    }

    public async Task AbortAsync(S3Request request)
    {
        await buckets.FindAsync(request);
        await r2.Store.AbortUploadAsync(request.Bucket, request.Key, Id(request));
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static string Id(S3Request request) => request.Find("uploadId")!;

    private static int Number(S3Request request) => int.TryParse(request.Find("partNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw S3Exception.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");
}
