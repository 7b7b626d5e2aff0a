using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Skep.Abstractions.Streams;

namespace Skep.Control.S3;

/// <summary>A body in pieces, each signed or not, with trailers (<c>aws-chunked</c>,
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html). What is not signed as it should be ends in an error.</summary>
/// <param name="inner">The body as it comes.</param>
/// <param name="signature">What pieces are signed with; null when they are not.</param>
/// <param name="onTrailer">Hears the trailers.</param>
internal sealed class AwsChunkedStream(Stream inner, S3Signature? signature, Action<string, string> onTrailer) : ForwardOnlyStream
{
    private const int LongestLine = 8 << 10;
    private const string ChunkSignature = ";chunk-signature=";
    private const string TrailerSignature = "x-amz-trailer-signature";

    private readonly byte[] _buffer = new byte[16 << 10];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _start;
    private int _end;
    private long _left;
    private bool _inChunk;
    private bool _ended;
    private string _previous = signature?.Value ?? "";
    private string _claimed = "";

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (_left == 0)
        {
            if (_ended) return 0;
            if (_inChunk) await EndChunkAsync(cancellationToken);
            await BeginChunkAsync(cancellationToken);
        }

        var wanted = buffer[..(int)Math.Min(buffer.Length, _left)];
        int read;
        if (_start < _end)
        {
            read = Math.Min(wanted.Length, _end - _start);
            _buffer.AsMemory(_start, read).CopyTo(wanted);
            _start += read;
        }
        else
        {
            read = await inner.ReadAsync(wanted, cancellationToken);
            if (read == 0) throw Incomplete();
        }

        if (signature is not null) _hash.AppendData(wanted.Span[..read]);
        _left -= read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask BeginChunkAsync(CancellationToken cancellation)
    {
        var line = await ReadLineAsync(cancellation);
        var semicolon = line.IndexOf(';', StringComparison.Ordinal);
        if (!long.TryParse(semicolon < 0 ? line : line[..semicolon], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left) || _left < 0)
            throw new S3Exception(400, "InvalidRequest", "The body is not aws-chunked: a piece does not begin with its length.");
        if (signature is not null)
        {
            if (semicolon < 0 || !line[semicolon..].StartsWith(ChunkSignature, StringComparison.Ordinal)) throw Mismatch();
            _claimed = line[(semicolon + ChunkSignature.Length)..];
        }

        _inChunk = true;
        if (_left > 0) return;
        CheckChunk();
        await ReadTrailersAsync(cancellation);
        _ended = true;
    }

    private async ValueTask EndChunkAsync(CancellationToken cancellation)
    {
        if ((await ReadLineAsync(cancellation)).Length > 0) throw new S3Exception(400, "InvalidRequest", "The body is not aws-chunked: a piece is longer than it says.");
        CheckChunk();
        _inChunk = false;
    }

    private void CheckChunk()
    {
        if (signature is null) return;
        var expected = signature.OfChunk(_previous, Convert.ToHexStringLower(_hash.GetHashAndReset()));
        if (!S3Signature.AreEqual(expected, _claimed)) throw Mismatch();
        _previous = expected;
    }

    private async ValueTask ReadTrailersAsync(CancellationToken cancellation)
    {
        StringBuilder canonical = new();
        while (await TryReadLineAsync(cancellation) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) throw new S3Exception(400, "MalformedTrailerError", "A trailer has no colon.");
            var (name, value) = (line[..colon].Trim().ToLowerInvariant(), line[(colon + 1)..].Trim());
            if (name == TrailerSignature)
            {
                if (signature is not null && !S3Signature.AreEqual(signature.OfTrailer(_previous, S3Signature.Hash(Encoding.UTF8.GetBytes(canonical.ToString()))), value)) throw Mismatch();
                canonical.Clear();
                continue;
            }

            canonical.Append(name).Append(':').Append(value).Append('\n');
            onTrailer(name, value);
        }

        // Trailers that came after no signature, or after the one there was.
        if (signature is not null && canonical.Length > 0) throw Mismatch();
    }

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellation) => await TryReadLineAsync(cancellation) ?? throw Incomplete();

    private async ValueTask<string?> TryReadLineAsync(CancellationToken cancellation)
    {
        StringBuilder line = new();
        for (;;)
        {
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var piece = end < 0 ? _end - _start : end;
            line.Append(Encoding.ASCII.GetString(_buffer, _start, piece));
            _start += piece;
            if (end >= 0)
            {
                _start++;
                return line.ToString().TrimEnd('\r');
            }

            if (line.Length > LongestLine) throw new S3Exception(400, "InvalidRequest", "The body is not aws-chunked: a line is too long.");
            _start = 0;
            _end = await inner.ReadAsync(_buffer, cancellation);
            if (_end == 0) return line.Length == 0 ? null : line.ToString();
        }
    }

    private static S3Exception Incomplete() => new(400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header.");

    private static S3Exception Mismatch() => new(403, "SignatureDoesNotMatch", "A piece of the body, or its trailer, is not signed as it should be.");
}
