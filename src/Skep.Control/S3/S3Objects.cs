using System.Globalization;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Skep.Abstractions.R2;
using Skep.Control.Objects;

namespace Skep.Control.S3;

/// <summary>Calls about objects.</summary>
internal sealed class S3Objects(R2Services r2, S3Buckets buckets)
{
    private const string CopySource = "x-amz-copy-source";

    public async Task GetAsync(S3Request request)
    {
        await buckets.FindAsync(request);
        var get = new R2Get(request.Key, S3Conditions.Read(request), request.Header("range") is { } header ? R2Range.Parse(header, isLenient: false) : null);
        await using var read = await r2.Store.GetAsync(request.Bucket, get, request.Cancellation) ?? throw S3Exception.Of(R2Exception.NoKey());
        var response = request.Http.Response;
        if (!read.HasContent)
        {
            if (S3Conditions.StatusOf(get.Condition!, read.Object) == StatusCodes.Status412PreconditionFailed) throw S3Exception.Of(R2Exception.PreconditionFailed());
            response.StatusCode = StatusCodes.Status304NotModified;
            response.Headers.ETag = $"\"{read.Object.ETag}\"";
            return;
        }

        S3Metadata.Write(request, read.Object);
        response.ContentLength = read.Length;
        if (get.Range is not null)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {read.Offset}-{read.Offset + read.Length - 1}/{read.Object.Size}");
        }

        if (!HttpMethods.IsHead(request.Method)) await R2Headers.SendAsync(read, response, request.Cancellation);
    }

    public async Task PutAsync(S3Request request)
    {
        await buckets.FindAsync(request);
        if (request.Header(CopySource) is not null)
        {
            await CopyAsync(request);
            return;
        }

        var put = S3Metadata.Put(request);
        await using var payload = S3Payload.Of(request);
        var stored = await r2.Store.PutAsync(request.Bucket, put, payload.Body, request.Cancellation) ?? throw R2Exception.PreconditionFailed();
        request.Http.Response.Headers.ETag = $"\"{stored.ETag}\"";
        if (payload.Checksum is { Expected: { } checksum } sent) request.Http.Response.Headers[sent.Header] = checksum;
    }

    public async Task DeleteAsync(S3Request request)
    {
        await buckets.FindAsync(request);
        await r2.Store.DeleteAsync(request.Bucket, [request.Key]);
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task DeleteManyAsync(S3Request request)
    {
        await buckets.FindAsync(request);
        var body = await S3Xml.ReadAsync(request);
        List<string> keys = [.. body.Children("Object").Select(each => each.Child("Key") ?? throw S3Exception.Malformed("An Object has no Key."))];
        if (keys.Count is 0 or > R2Rules.MaxDeleteKeys) throw S3Exception.Malformed($"One call deletes 1 to {R2Rules.MaxDeleteKeys} objects, not {keys.Count}.");
        await r2.Store.DeleteAsync(request.Bucket, keys);
        var quiet = body.Child("Quiet") == "true";
        await S3Xml.WriteAsync(request.Http, "DeleteResult", xml =>
        {
            foreach (var key in quiet ? [] : keys) xml.Element("Deleted", () => xml.Element("Key", key));
        });
    }

    /// <summary>The object that a copy is made of, opened.</summary>
    /// <exception cref="S3Exception">There is none, or a condition does not hold.</exception>
    public async Task<R2Read> OpenSourceAsync(S3Request request, R2Range? range)
    {
        var source = request.Header(CopySource)!;
        if (source.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query) source = source[..query];
        source = Uri.UnescapeDataString(source).TrimStart('/');
        var slash = source.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == source.Length - 1) throw S3Exception.InvalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
        if (await r2.Buckets.FindBucketAsync(source[..slash]) is null) throw S3Exception.NoBucket();
        var read = await r2.Store.GetAsync(source[..slash], new R2Get(source[(slash + 1)..], S3Conditions.Read(request, "x-amz-copy-source-"), range), request.Cancellation) ?? throw R2Exception.NoKey();
        return read.HasContent ? read : throw R2Exception.PreconditionFailed();
    }

    /// <summary>The content of an object as another's.</summary>
    public static R2Body BodyOf(R2Read read) => read.Bytes is { } bytes ? new R2Body(bytes) : new R2Body(default, read.Content, read.Length);

    /// <summary>What is told of a copy.</summary>
    public static Task WriteCopyAsync(S3Request request, string root, string etag, long modified) => S3Xml.WriteAsync(request.Http, root, (XmlWriter xml) =>
    {
        xml.Time("LastModified", modified);
        xml.Element("ETag", $"\"{etag}\"");
    });

    private async Task CopyAsync(S3Request request)
    {
        var put = S3Metadata.Put(request);
        await using var read = await OpenSourceAsync(request, range: null);
        if (!string.Equals(request.Header("x-amz-metadata-directive"), "REPLACE", StringComparison.OrdinalIgnoreCase))
            put = put with { Http = read.Object.Http!, Custom = read.Object.Custom!, StorageClass = put.StorageClass ?? read.Object.StorageClass };
        var stored = await r2.Store.PutAsync(request.Bucket, put, BodyOf(read), request.Cancellation) ?? throw R2Exception.PreconditionFailed();
        await WriteCopyAsync(request, "CopyObjectResult", stored.ETag, stored.Uploaded);
    }
}
