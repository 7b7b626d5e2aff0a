namespace Skep.Edge.Dispatch;

/// <summary>Which response headers are the server's own business
/// (https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1).</summary>
internal static class ResponseHeaderRules
{
    /// <summary>True for a header that concerns one connection only.</summary>
    public static bool IsHopByHop(string name) => name.Length switch
    {
        2 => Is(name, "te"),
        7 => Is(name, "trailer") || Is(name, "upgrade"),
        10 => Is(name, "connection") || Is(name, "keep-alive"),
        16 => Is(name, "proxy-connection"),
        17 => Is(name, "transfer-encoding"),
        _ => false,
    };

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
