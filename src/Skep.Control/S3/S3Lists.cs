using System.Xml;
using Skep.Abstractions.R2;

namespace Skep.Control.S3;

/// <summary>Lists of objects, in both versions.</summary>
internal sealed class S3Lists(R2Services r2, S3Buckets buckets)
{
    public async Task ListAsync(S3Request request)
    {
        await buckets.FindAsync(request);
        var isSecond = request.Find("list-type") == "2";
        var encodes = request.Find("encoding-type") switch
        {
            null or "" => false,
            "url" => true,
            _ => throw S3Exception.InvalidArgument("Invalid Encoding Method specified in Request"),
        };
        var most = request.Number("max-keys", R2Rules.MaxListKeys, R2Rules.MaxListKeys);
        var query = new R2ListQuery
        {
            Prefix = request.Find("prefix") ?? "",
            Delimiter = request.Find("delimiter") ?? "",
            Cursor = isSecond && request.Find("continuation-token") is { Length: > 0 } token ? token : null,
            StartAfter = request.Find(isSecond ? "start-after" : "marker") is { Length: > 0 } after ? after : null,
            Limit = Math.Max(most, 1),
        };
        var page = most == 0 ? new R2Page([], [], null) : await r2.Store.ListAsync(request.Bucket, query, request.Cancellation);
        await S3Xml.WriteAsync(request.Http, "ListBucketResult", xml =>
        {
            xml.Element("Name", request.Bucket);
            xml.Element("Prefix", Text(query.Prefix));
            xml.Element("MaxKeys", most);
            if (query.Delimiter.Length > 0) xml.Element("Delimiter", Text(query.Delimiter));
            if (encodes) xml.Element("EncodingType", "url");
            xml.Element("IsTruncated", page.Cursor is not null);
            if (isSecond) Second(xml, query, page, Text);
            else First(xml, query, page, Text);
            foreach (var each in page.Objects) Object(xml, each, Text);
            foreach (var prefix in page.Prefixes) xml.Element("CommonPrefixes", () => xml.Element("Prefix", Text(prefix)));
        });

        string Text(string text) => encodes ? S3Request.Encode(text, keepSlash: true) : text;
    }

    private static void First(XmlWriter xml, R2ListQuery query, R2Page page, Func<string, string> text)
    {
        xml.Element("Marker", text(query.StartAfter ?? ""));
        if (page.Cursor is null || query.Delimiter.Length == 0) return;
        // The last of the page, be it a key or what keys have in common.
        xml.Element("NextMarker", text(page.Objects.Select(each => each.Key).Concat(page.Prefixes).Max(StringComparer.Ordinal)!));
    }

    private static void Second(XmlWriter xml, R2ListQuery query, R2Page page, Func<string, string> text)
    {
        xml.Element("KeyCount", page.Objects.Count + page.Prefixes.Count);
        xml.Element("ContinuationToken", query.Cursor);
        xml.Element("NextContinuationToken", page.Cursor);
        if (query.StartAfter is { } after) xml.Element("StartAfter", text(after));
    }

    private static void Object(XmlWriter xml, R2Object described, Func<string, string> text) => xml.Element("Contents", () =>
    {
        xml.Element("Key", text(described.Key));
        xml.Time("LastModified", described.Uploaded);
        xml.Element("ETag", $"\"{described.ETag}\"");
        xml.Element("Size", described.Size);
        xml.Element("StorageClass", S3Metadata.ClassOf(described.StorageClass));
    });
}
