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

    private const string UpgradeHeader = "upgrade";
    private const string WebSocketProtocol = "websocket";

    public override bool WantsWebSocket => IsConnectForWebSocket ||
        (HttpMethods.IsGet(Method) && Handshake.IsAskedFor(_headers) && Upgrade is { IsUpgradableRequest: true });

    public override CancellationToken GoingDown => application.GoingDown;

    private IHttpUpgradeFeature? Upgrade => features.Get<IHttpUpgradeFeature>();

    // HTTP/2 has no upgrade: there a CONNECT asks for it (https://www.rfc-editor.org/rfc/rfc8441). Workers see it as the GET that it stands for.
    private bool IsConnectForWebSocket => HttpMethods.IsConnect(_request.Method)
        && features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: WebSocketProtocol };

    public override async ValueTask<Stream?> AcceptWebSocketAsync()
    {
        if (IsConnectForWebSocket)
            return await AcceptConnectAsync();
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

        AllowSlowness();
        return new UpgradedStream(await Upgrade!.UpgradeAsync(), _lifetime);
    }

    private async ValueTask<Stream?> AcceptConnectAsync()
    {
        if (_headers.SecWebSocketVersion is { Count: > 0 } version && version != Handshake.Version)
        {
            ClearResponse();
            WriteText(StatusCodes.Status400BadRequest, TextPlain, "The requested WebSocket version is not supported. Use version 13.\n");
            return null;
        }

        _response.StatusCode = StatusCodes.Status200OK;
        AllowSlowness();
        return new UpgradedStream(await features.GetRequiredFeature<IHttpExtendedConnectFeature>().AcceptAsync(), _lifetime);
    }

    // A client that takes long over a large message, or nothing for an hour, is no attacker here: what is unsent is bounded.
    private void AllowSlowness()
    {
        if (features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } requestRate)
            requestRate.MinDataRate = null;
    }
}
