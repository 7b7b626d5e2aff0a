using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.WebSockets;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Tails;

namespace Skep.Control.Api;

/// <summary>Live logs: <c>wrangler tail</c>.</summary>
internal static class TailEndpoints
{
    /// <summary>Where tails connect; beyond the API's own root, because its secret stands for a token.</summary>
    public const string Socket = "/tail/{secret}";

    private const string Protocol = "trace-v1";

    public static IEnumerable<ApiEndpoint> All(ICatalog catalog, TailSessions tails) =>
    [
        new("POST", ApiEndpoint.Script + "/tails", async request =>
        {
            var script = await ScriptEndpoints.FindAsync(catalog, request);
            var wanted = await request.ReadObjectAsync();
            var filter = new TailFilter(wanted.OptionalArray("filters"), request.Http.Connection.RemoteIpAddress);
            return Describe(tails.Create(script.Name, filter), request.Http.Request);
        }),
        new("GET", ApiEndpoint.Script + "/tails", async request =>
        {
            var script = await ScriptEndpoints.FindAsync(catalog, request);
            return new JsonArray([.. tails.List(script.Name).Select(each => new JsonObject { ["id"] = each.Id, ["expires_at"] = ApiTime.Text(each.ExpiresOn) })]);
        }),
        new("DELETE", ApiEndpoint.Script + "/tails/{tail}", request =>
        {
            if (!tails.Remove(request.Script, request.Route("tail")))
                throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.NoRoute, $"{request.Script} has no tail {request.Route("tail")}."));
            return Task.FromResult<JsonNode?>(null);
        }),
    ];

    /// <summary>Answers a tail's client with its WebSocket.</summary>
    public static async Task ConnectAsync(HttpContext context, TailSessions tails, TimeProvider time)
    {
        var headers = context.Request.Headers;
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        if (upgrade is not { IsUpgradableRequest: true } || !WebSocketKey.IsValid(headers.SecWebSocketKey.ToString())
            || !headers.SecWebSocketProtocol.ToString().Split(',').Any(each => each.Trim() == Protocol))
        {
            await RefuseAsync(context, HttpStatusCode.UpgradeRequired, ApiErrorCodes.BadRequest, $"This is a WebSocket of the protocol {Protocol}.");
            return;
        }

        if (tails.Connect((string)context.Request.RouteValues["secret"]!) is not { } session)
        {
            await RefuseAsync(context, HttpStatusCode.NotFound, ApiErrorCodes.NoRoute, "There is no such tail, or it has a client already. Create one: POST …/workers/scripts/<name>/tails.");
            return;
        }

        try
        {
            context.Response.Headers.SecWebSocketAccept = WebSocketKey.AcceptFor(headers.SecWebSocketKey.ToString());
            context.Response.Headers.SecWebSocketProtocol = Protocol;
            context.Response.Headers.Upgrade = "websocket";
            // A tail may be quiet for hours; what is unsent is bounded.
            if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
            using var socket = new TailSocket(await upgrade.UpgradeAsync());
            await new TailConnection(session, socket, time).RunAsync(context.RequestAborted);
        }
        finally
        {
            tails.Remove(session.Script, session.Id);
        }
    }

    private static Task RefuseAsync(HttpContext context, HttpStatusCode status, int code, string message) =>
        Envelope.WriteAsync(context, status, [new ApiError(code, message)]);

    // A proxy that ends TLS says so: the client must not be sent to a port that speaks none.
    private static JsonObject Describe(TailSession session, HttpRequest request) => new()
    {
        ["id"] = session.Id,
        ["url"] = $"{(request.IsHttps || request.Headers["X-Forwarded-Proto"] == "https" ? "wss" : "ws")}://{request.Host}/tail/{session.Secret}",
        ["expires_at"] = ApiTime.Text(session.ExpiresOn),
    };
}
