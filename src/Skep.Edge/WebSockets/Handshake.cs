using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Skep.Abstractions.WebSockets;

namespace Skep.Edge.WebSockets;

/// <summary>The server's half of the opening handshake: https://www.rfc-editor.org/rfc/rfc6455#section-4.2.</summary>
internal static class Handshake
{
    public const string Version = "13";

    /// <summary>True when the client asks for a WebSocket, well-formed or not.</summary>
    public static bool IsAskedFor(IHeaderDictionary headers)
    {
        StringValues upgrade = headers.Upgrade;
        for (int i = 0; i < upgrade.Count; i++)
        {
            foreach (Range part in upgrade[i].AsSpan().Split(','))
            {
                if (upgrade[i].AsSpan(part).Trim().Equals("websocket", StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }

    /// <summary>Why the client cannot have one: a status and a text; null when all is well.</summary>
    public static (int Status, string Text)? Problem(IHeaderDictionary headers)
    {
        if (headers.SecWebSocketVersion != Version)
            return (StatusCodes.Status426UpgradeRequired, "The requested WebSocket version is not supported. Use version 13.\n");
        return WebSocketKey.IsValid(headers.SecWebSocketKey.ToString())
            ? null
            : (StatusCodes.Status400BadRequest, "The header Sec-WebSocket-Key is missing or malformed: it must be 16 bytes in Base64.\n");
    }
}
