using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Skep.Abstractions.WebSockets;
using Skep.Edge.WebSockets;

namespace Skep.Edge.Dispatch;

// Instead of a response: the connection itself.
internal sealed partial class KestrelFetchEvent
{
    private const string TextPlain = "text/plain; charset=utf-8";

    public override bool WantsWebSocket =>
        HttpMethods.IsGet(Method) && Handshake.IsAskedFor(_headers) && Upgrade is { IsUpgradableRequest: true };

    public override CancellationToken GoingDown => application.GoingDown;

    private IHttpUpgradeFeature? Upgrade => features.Get<IHttpUpgradeFeature>();

    public override async ValueTask<Stream?> AcceptWebSocketAsync()
    {
        if (Handshake.Problem(_headers) is (int status, string text))
        {
            ClearResponse();
            if (status == StatusCodes.Status426UpgradeRequired)
            {
                _response.Headers.Upgrade = "websocket";
                _response.Headers.SecWebSocketVersion = Handshake.Version;
            }

            WriteText(status, TextPlain, text);
            return null;
        }

        _response.Headers.Upgrade = "websocket";
        _response.Headers.SecWebSocketAccept = WebSocketKey.AcceptFor(_headers.SecWebSocketKey.ToString());

        // A client that takes long over a large message, or nothing for an hour, is no attacker here: what is unsent is bounded.
        if (features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        return new UpgradedStream(await Upgrade!.UpgradeAsync(), _lifetime);
    }
}
