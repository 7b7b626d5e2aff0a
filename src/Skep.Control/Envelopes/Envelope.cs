using System.Net;
using System.Text.Json.Nodes;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Skep.Control.Envelopes;

/// <summary>The shape of every answer (https://developers.cloudflare.com/fundamentals/api/how-to/make-api-calls/).</summary>
internal static class Envelope
{
    public static Task WriteAsync(HttpContext context, JsonNode? result, JsonObject? resultInfo = null)
    {
        var envelope = new JsonObject { ["success"] = true, ["errors"] = new JsonArray(), ["messages"] = new JsonArray(), ["result"] = result };
        if (resultInfo is not null) envelope["result_info"] = resultInfo;
        return WriteAsync(context, HttpStatusCode.OK, envelope);
    }

    public static Task WriteAsync(HttpContext context, HttpStatusCode status, IReadOnlyList<ApiError> errors)
    {
        var list = new JsonArray();
        foreach (var error in errors) list.Add(new JsonObject { ["code"] = error.Code, ["message"] = error.Message });
        return WriteAsync(
            context, status, new JsonObject { ["success"] = false, ["errors"] = list, ["messages"] = new JsonArray(), ["result"] = null });
    }

    private static Task WriteAsync(HttpContext context, HttpStatusCode status, JsonObject envelope)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "application/json";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(envelope, JsonNodeInfo.Default.JsonObject);
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
