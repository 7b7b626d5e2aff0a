using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Skep.Control.Auth;
using Skep.Control.Envelopes;

namespace Skep.Control.Metrics;

/// <summary>What machines ask that watch over this one: figures, whether it lives, whether it serves.</summary>
internal static class OperatorEndpoints
{
    public static void Map(IEndpointRouteBuilder application, ControlFeeds feeds, TokenAuthentication authentication)
    {
        application.MapGet("/healthz", context => WriteAsync(context, HttpStatusCode.OK, "ok\n"));
        application.MapGet("/readyz", context => feeds.NotReady() is { } reason
            ? WriteAsync(context, HttpStatusCode.ServiceUnavailable, reason + "\n")
            : WriteAsync(context, HttpStatusCode.OK, "ok\n"));
        application.MapGet("/metrics", async context =>
        {
            try
            {
                // They name Workers: who is not on this machine needs a token.
                if (context.Connection.RemoteIpAddress is not { } client || !IPAddress.IsLoopback(client)) await authentication.AuthenticateAsync(context);
            }
            catch (ApiException refused)
            {
                await Envelope.WriteAsync(context, refused.Status, refused.Errors);
                return;
            }

            await feeds.FlushUsage();
            await WriteAsync(context, HttpStatusCode.OK, PrometheusText.Write(feeds.Totals(), feeds.Gauges()), PrometheusText.ContentType);
        });
    }

    private static Task WriteAsync(HttpContext context, HttpStatusCode status, string text, string contentType = "text/plain; charset=utf-8")
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
