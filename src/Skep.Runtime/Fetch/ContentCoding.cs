using System.Globalization;
using System.IO.Compression;

namespace Skep.Runtime.Fetch;

/// <summary>The content codings of HTTP (https://www.rfc-editor.org/rfc/rfc9110#section-8.4), as Workers treats them: an origin's
/// coded bytes stay coded until JavaScript reads them; a response that names a coding is coded on its way out
/// (https://developers.cloudflare.com/workers/runtime-apis/response/, <c>encodeBody</c>).</summary>
internal static class ContentCoding
{
    // More layers than any honest server applies: each multiplies what a small body can blow up to.
    private const int MostCodings = 3;

    private static readonly Dictionary<string, (Func<Stream, Stream> Undo, Func<Stream, Stream>? Apply)> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gzip"] = (static body => new GZipStream(body, CompressionMode.Decompress), static body => new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true)),
        ["x-gzip"] = (static body => new GZipStream(body, CompressionMode.Decompress), null),
        // Between speed and size, as servers choose it for bodies made on the fly.
        ["br"] = (static body => new BrotliStream(body, CompressionMode.Decompress), static body => new BrotliStream(body, new BrotliCompressionOptions { Quality = 4 }, leaveOpen: true)),
        ["deflate"] = (static body => new ZLibStream(body, CompressionMode.Decompress), null),
        ["identity"] = (static body => body, null),
    };

    /// <summary>True for a <c>Content-Encoding</c> that can be undone. Whatever else it says, the bytes are left as they are.</summary>
    public static bool CanDecode(string? header) =>
        header is not null && Split(header) is { Length: > 0 and <= MostCodings } codings && Array.TrueForAll(codings, Known.ContainsKey);

    /// <summary>Undoes the codings that <see cref="CanDecode"/> agreed to.</summary>
    public static Stream Decode(Stream body, string header)
    {
        var codings = Split(header);
        for (var i = codings.Length - 1; i >= 0; i--) body = Known[codings[i]].Undo(body);
        return body;
    }

    /// <summary>True for a coding that is applied to a response's body: gzip or br, alone.</summary>
    public static bool CanEncode(string? header) => header is not null && Known.TryGetValue(header, out var coding) && coding.Apply is not null;

    /// <summary>A stream that codes what is written to it into <paramref name="target"/>, which it leaves open.</summary>
    public static Stream Encoder(Stream target, string header) => Known[header].Apply!(target);

    /// <summary>Codes bytes at once.</summary>
    public static ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> bytes, string header)
    {
        using MemoryStream coded = new();
        using (var encoder = Encoder(coded, header)) encoder.Write(bytes);
        return coded.GetBuffer().AsMemory(0, (int)coded.Length);
    }

    /// <summary>True when a client that sent this <c>Accept-Encoding</c> understands every coding of the header. One that sent
    /// none is taken for one that understands none, as Cloudflare's edge does.</summary>
    public static bool IsAccepted(string header, string? acceptEncoding) =>
        acceptEncoding is not null && Array.TrueForAll(Split(header), coding => IsOneAccepted(coding, acceptEncoding));

    // https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
    private static bool IsOneAccepted(string coding, string acceptEncoding)
    {
        if (coding.Equals("identity", StringComparison.OrdinalIgnoreCase)) return true;
        bool? any = null;
        foreach (var part in acceptEncoding.AsSpan().Split(','))
        {
            var item = acceptEncoding.AsSpan(part).Trim();
            var parameter = item.IndexOf(';');
            var name = (parameter < 0 ? item : item[..parameter]).Trim();
            var wanted = parameter < 0 || !HasZeroWeight(item[(parameter + 1)..]);
            if (name.Equals(coding, StringComparison.OrdinalIgnoreCase)) return wanted;
            if (name.SequenceEqual("*")) any = wanted;
        }

        return any ?? false;
    }

    private static bool HasZeroWeight(ReadOnlySpan<char> parameter)
    {
        var equals = parameter.IndexOf('=');
        return equals >= 0 && parameter[..equals].Trim().Equals("q", StringComparison.OrdinalIgnoreCase)
            && double.TryParse(parameter[(equals + 1)..].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) && weight == 0;
    }

    private static string[] Split(string header) => header.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
