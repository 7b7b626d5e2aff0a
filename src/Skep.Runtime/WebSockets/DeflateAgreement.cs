namespace Skep.Runtime.WebSockets;

/// <summary>What the two sides agreed on with permessage-deflate (https://www.rfc-editor.org/rfc/rfc7692#section-7).</summary>
/// <param name="PeerKeepsContext">The peer's messages refer to its earlier ones.</param>
/// <param name="MayCompress">This side may compress. It does so with the largest window, so not when the peer's is smaller.</param>
internal sealed record DeflateAgreement(bool PeerKeepsContext, bool MayCompress)
{
    /// <summary>What this side asks for, and answers: without context no connection needs a window of its own.</summary>
    public const string Header = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private const string Name = "permessage-deflate";
    private const int LargestWindow = 15;
    private const int SmallestWindow = 8;

    /// <summary>The first of a client's offers that can be accepted, and the header that says so; null when there is none.</summary>
    public static DeflateAgreement? Accept(string? offers, out string? answer)
    {
        answer = null;
        foreach (var offer in (offers ?? "").Split(','))
        {
            if (Parse(offer) is not { } parameters) continue;
            answer = parameters.ServerWindow is { } window ? $"{Header}; server_max_window_bits={window}" : Header;
            return new DeflateAgreement(PeerKeepsContext: false, parameters.ServerWindow is null or LargestWindow);
        }

        return null;
    }

    /// <summary>A server's answer; null when it compresses nothing.</summary>
    /// <exception cref="FormatException">It is not one that can be understood.</exception>
    public static DeflateAgreement? Read(string? answer)
    {
        if (string.IsNullOrWhiteSpace(answer)) return null;
        if (Parse(answer) is not { } parameters) throw new FormatException($"the server answered with the extension \"{answer}\", which was not asked for.");
        return new DeflateAgreement(!parameters.ServerWithoutContext, parameters.ClientWindow is null or LargestWindow);
    }

    private static Parameters? Parse(string text)
    {
        var parts = text.Split(';');
        if (!parts[0].Trim().Equals(Name, StringComparison.OrdinalIgnoreCase)) return null;
        Parameters result = new();
        HashSet<string> seen = [];
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = (equals < 0 ? part : part[..equals]).Trim();
            var value = equals < 0 ? null : part[(equals + 1)..].Trim().Trim('"');
            if (!seen.Add(name)) return null;
            switch (name)
            {
                case "server_no_context_takeover" when value is null:
                    result = result with { ServerWithoutContext = true };
                    break;
                case "client_no_context_takeover" when value is null:
                    break;
                case "server_max_window_bits" when Window(value) is { } bits:
                    result = result with { ServerWindow = bits };
                    break;
                case "client_max_window_bits" when value is null:
                    break;
                case "client_max_window_bits" when Window(value) is { } bits:
                    result = result with { ClientWindow = bits };
                    break;
                default:
                    return null;
            }
        }

        return result;
    }

    private static int? Window(string? value) =>
        value is { Length: 1 or 2 } && value[0] != '0' && int.TryParse(value, System.Globalization.NumberStyles.None, null, out var bits) && bits is >= SmallestWindow and <= LargestWindow
            ? bits
            : null;

    private readonly record struct Parameters(bool ServerWithoutContext, int? ServerWindow, int? ClientWindow);
}
