namespace Skep.Abstractions.Assets;

/// <summary>Which assets are worth keeping compressed as well.</summary>
public static class CompressibleTypes
{
    /// <summary>Fewer bytes fit into one packet anyway.</summary>
    private const long Least = 1024;

    private static readonly string[] Exact =
    [
        "application/javascript", "application/json", "application/manifest+json", "application/wasm", "application/xml", "application/rtf",
        "application/vnd.ms-fontobject", "application/x-javascript", "font/ttf", "font/otf", "image/svg+xml", "image/bmp", "image/x-icon", "image/vnd.microsoft.icon",
    ];

    /// <summary>True for text and its like.</summary>
    public static bool Include(string? contentType, long size)
    {
        if (contentType is null || size < Least) return false;
        var type = contentType.AsSpan();
        if (type.IndexOf(';') is >= 0 and var end) type = type[..end];
        type = type.Trim();
        if (type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)) return !type.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);
        foreach (var each in Exact)
        {
            if (type.Equals(each, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return type.EndsWith("+json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+xml", StringComparison.OrdinalIgnoreCase);
    }
}
