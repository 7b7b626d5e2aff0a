using System.IO.Compression;

namespace Skep.Edge.Outbound;

/// <summary>Undoes the content codings of a response (https://www.rfc-editor.org/rfc/rfc9110#section-8.4).</summary>
internal static class ContentDecoding
{
    // More layers than any honest server applies: each multiplies what a small body can blow up to.
    private const int MaxCodings = 3;

    /// <summary>False when there is nothing to undo, or a coding that is not known: then the bytes stay as they are.</summary>
    public static bool TryDecode(Stream body, List<string> headers, out Stream decoded)
    {
        decoded = body;
        int at = 0;
        while (at < headers.Count && headers[at] != "content-encoding")
            at += 2;
        if (at == headers.Count)
            return false;
        string[] codings = headers[at + 1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (codings.Length is 0 or > MaxCodings || !Array.TrueForAll(codings, IsKnown))
            return false;
        for (int i = codings.Length - 1; i >= 0; i--)
            decoded = Undo(codings[i], decoded);
        return true;
    }

    private static bool IsKnown(string coding) => coding.ToLowerInvariant() is "gzip" or "x-gzip" or "br" or "deflate" or "identity";

    private static Stream Undo(string coding, Stream body) => coding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
        "br" => new BrotliStream(body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress),
        _ => body,
    };
}
