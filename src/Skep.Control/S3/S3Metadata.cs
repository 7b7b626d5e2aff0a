using System.Globalization;
using Skep.Abstractions.R2;
using Skep.Control.Objects;

namespace Skep.Control.S3;

/// <summary>Objects' metadata as S3's headers.</summary>
internal static class S3Metadata
{
    private const string Custom = "x-amz-meta-";
    private const string StorageClass = "x-amz-storage-class";
    private const string Chunked = "aws-chunked";

    private static readonly (string Header, string What)[] NotThere =
    [
        ("x-amz-server-side-encryption-customer-algorithm", "Encryption with a key of yours (SSE-C)"),
        ("x-amz-server-side-encryption-aws-kms-key-id", "Encryption with KMS"),
        ("x-amz-tagging", "Object tagging"),
        ("x-amz-object-lock-mode", "Object locking"),
        ("x-amz-object-lock-legal-hold", "Object locking"),
        ("x-amz-website-redirect-location", "Website redirects"),
    ];

    /// <summary>How to store what the call sends.</summary>
    public static R2Put Put(S3Request request)
    {
        foreach (var (header, what) in NotThere)
        {
            if (request.Header(header) is not null) throw S3Exception.NotImplemented(what);
        }

        Dictionary<string, string> custom = new(StringComparer.Ordinal);
        foreach (var (name, values) in request.Headers)
        {
            if (name.StartsWith(Custom, StringComparison.OrdinalIgnoreCase)) custom[name[Custom.Length..].ToLowerInvariant()] = values.ToString();
        }

        var coding = string.Join(", ", request.Headers.ContentEncoding.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(each => !each.Equals(Chunked, StringComparison.OrdinalIgnoreCase)));
        var http = R2Headers.Read(request.Headers, "") with { ContentEncoding = coding.Length > 0 ? coding : null };
        return new R2Put
        {
            Key = request.Key,
            Condition = S3Conditions.Read(request),
            Http = http,
            Custom = custom.Count > 0 ? custom : R2Rules.NoMetadata,
            Expected = new R2Checksums(Md5: Md5(request)),
            StorageClass = request.Header(StorageClass) switch
            {
                null => null,
                "STANDARD" => R2StorageClasses.Standard,
                "STANDARD_IA" => R2StorageClasses.InfrequentAccess,
                var other => throw R2Exception.InvalidStorageClass(other),
            },
        };
    }

    /// <summary>What is told of an object.</summary>
    public static void Write(S3Request request, R2Object described)
    {
        var headers = request.Http.Response.Headers;
        R2Headers.Write(described, headers);
        headers.AcceptRanges = "bytes";
        foreach (var (name, value) in described.Custom!) headers[Custom + name] = value;
        if (described.StorageClass != R2StorageClasses.Standard) headers[StorageClass] = ClassOf(described.StorageClass);
        foreach (var (parameter, value) in request.Query)
        {
            if (parameter.StartsWith("response-", StringComparison.OrdinalIgnoreCase)) headers[parameter["response-".Length..]] = value;
        }
    }

    public static string ClassOf(string storageClass) => storageClass == R2StorageClasses.Standard ? "STANDARD" : "STANDARD_IA";

    /// <summary>The MD5 that the call announces, in hexadecimal digits.</summary>
    public static string? Md5(S3Request request)
    {
        if (request.Header("content-md5") is not { Length: > 0 } text) return null;
        Span<byte> bytes = stackalloc byte[16];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == bytes.Length
            ? Convert.ToHexStringLower(bytes)
            : throw new S3Exception(400, "InvalidDigest", string.Create(CultureInfo.InvariantCulture, $"The Content-MD5 you specified is not valid: {text}."));
    }
}
