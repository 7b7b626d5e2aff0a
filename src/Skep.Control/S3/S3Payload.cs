using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Skep.Abstractions.R2;
using Skep.Abstractions.Streams;

namespace Skep.Control.S3;

/// <summary>The body of a call as its sender meant it, checked against whatever the sender says of it.</summary>
internal sealed class S3Payload : ForwardOnlyStream
{
    private const string Streaming = "STREAMING-";
    private const string StreamingUnsigned = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    private readonly Stream _inner;
    private readonly S3Checksum? _checksum;
    private readonly IncrementalHash? _sha256;
    private readonly string _expected;
    private bool _ended;

    private S3Payload(Stream inner, S3Checksum? checksum, string expected)
    {
        (_inner, _checksum, _expected) = (inner, checksum, expected);
        if (expected.Length == 64) _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    }

    /// <summary>The length of the content.</summary>
    public long? ContentLength { get; private init; }

    /// <summary>The checksum that it is checked against, or null.</summary>
    public S3Checksum? Checksum => _checksum;

    /// <summary>The content as the store takes it.</summary>
    public R2Body Body => new(default, this, ContentLength);

    /// <summary>The call's content.</summary>
    /// <exception cref="S3Exception">What is said of it cannot be.</exception>
    public static S3Payload Of(S3Request request)
    {
        if (request.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        var checksum = S3Checksum.Find(request);
        var said = request.Signature!.Payload;
        var body = request.Http.Request.Body;
        if (!said.StartsWith(Streaming, StringComparison.Ordinal)) return new S3Payload(body, checksum, said == S3Signature.Unsigned ? "" : said) { ContentLength = request.Http.Request.ContentLength };
        AwsChunkedStream chunked = new(body, said == StreamingUnsigned ? null : request.Signature, (name, value) =>
        {
            if (checksum?.Header == name) checksum.Expected = value;
        });
        if (!long.TryParse(request.Header("x-amz-decoded-content-length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            throw new S3Exception(411, "MissingContentLength", "You must provide the x-amz-decoded-content-length HTTP header.");
        return new S3Payload(chunked, checksum, "") { ContentLength = length };
    }

    /// <summary>The whole of a short body.</summary>
    public static async Task<byte[]> ReadAsync(S3Request request, int most)
    {
        await using var payload = Of(request);
        using MemoryStream whole = new();
        var piece = new byte[16 << 10];
        for (int count; (count = await payload.ReadAsync(piece, request.Cancellation)) > 0;)
        {
            if (whole.Length + count > most) throw new S3Exception(400, "MaxMessageLengthExceeded", "Your request was too big.");
            whole.Write(piece, 0, count);
        }

        return whole.ToArray();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        var read = await _inner.ReadAsync(buffer, cancellationToken);
        if (read > 0)
        {
            _sha256?.AppendData(buffer.Span[..read]);
            _checksum?.Append(buffer[..read]);
        }
        else if (!_ended)
        {
            _ended = true;
            _checksum?.Check();
            if (_sha256 is not null && !Convert.ToHexStringLower(_sha256.GetHashAndReset()).Equals(_expected, StringComparison.OrdinalIgnoreCase))
                throw new S3Exception(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sha256?.Dispose();
            if (_inner is AwsChunkedStream) _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
