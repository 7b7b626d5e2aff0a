using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Skep.Abstractions.D1;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.D1;

/// <summary>Files of SQL, in and out: <c>wrangler d1 execute --file</c> and <c>wrangler d1 export</c>. A client asks again and again how far it is;
/// each question is answered when it is done, or after a second.</summary>
internal static class D1TransferEndpoints
{
    /// <summary>Where files are uploaded; beyond the API's own root, because the secret stands for a token.</summary>
    public const string Upload = "/d1/upload/{secret}";

    /// <summary>Where exports are fetched.</summary>
    public const string Download = "/d1/download/{secret}";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static IEnumerable<ApiEndpoint> All(D1Services d1, D1Transfers transfers) =>
    [
        new("POST", D1DatabaseEndpoints.One + "/import", request => ImportAsync(d1, transfers, request)),
        new("POST", D1DatabaseEndpoints.One + "/export", request => ExportAsync(d1, transfers, request)) { OnlyReads = true },
    ];

    /// <summary>Takes an upload.</summary>
    public static async Task TakeAsync(HttpContext context, D1Transfers transfers)
    {
        if (transfers.Find((string)context.Request.RouteValues["secret"]!) is not { Etag.Length: > 0, Work: null } transfer)
        {
            await RefuseAsync(context, HttpStatusCode.NotFound, "There is no such upload, or it has expired. Begin again: POST …/d1/database/<id>/import.");
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = D1Transfers.MaxImportBytes;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        string received;
        try
        {
            received = await D1Transfers.ReceiveAsync(transfer, context.Request.Body, context.RequestAborted);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException broken)
        {
            await RefuseAsync(context, (HttpStatusCode)broken.StatusCode, broken.Message);
            return;
        }

        context.Response.Headers.ETag = $"\"{received}\"";
    }

    /// <summary>Gives an export away.</summary>
    public static async Task GiveAsync(HttpContext context, D1Transfers transfers)
    {
        if (transfers.Find((string)context.Request.RouteValues["secret"]!) is not { Etag: "", Work.IsCompletedSuccessfully: true } transfer)
        {
            await RefuseAsync(context, HttpStatusCode.NotFound, "There is no such export, or it has expired. Begin again: POST …/d1/database/<id>/export.");
            return;
        }

        context.Response.ContentType = "application/sql";
        await context.Response.SendFileAsync(transfer.Path, context.RequestAborted);
    }

    private static async Task<JsonNode?> ImportAsync(D1Services d1, D1Transfers transfers, ApiRequest request)
    {
        var database = await D1DatabaseEndpoints.FindAsync(d1, request);
        var body = await request.ReadObjectAsync();
        switch (body.RequiredString("action"))
        {
            case "init":
                var expected = transfers.Expect(database.Id, body.RequiredString("etag"));
                return new JsonObject { ["filename"] = expected.Name, ["upload_url"] = Address(request, Upload, expected.Secret) };
            case "ingest":
                var uploaded = transfers.Find(body.RequiredString("filename"), database.Id) ?? throw NoTransfer();
                if (uploaded.Received is null || uploaded.Received != body.RequiredString("etag"))
                    return Failed($"The file has not arrived completely: its etag is {uploaded.Received ?? "not known"}. Upload it again.");
                transfers.Import(uploaded);
                return await ProgressAsync(uploaded);
            case "poll":
                return await ProgressAsync(transfers.Find(body.RequiredString("current_bookmark"), database.Id) ?? throw NoTransfer());
            case var action:
                throw ApiException.BadRequest($"\"action\" must be init, ingest or poll, not \"{action}\".");
        }
    }

    private static async Task<JsonNode?> ProgressAsync(D1Transfer transfer)
    {
        var progress = await ProgressAsync(transfer, "import");
        if (transfer.Work is { IsCompletedSuccessfully: true, Result: { } done })
        {
            progress["result"] = new JsonObject
            {
                ["num_queries"] = done.Queries,
                ["final_bookmark"] = done.Bookmark,
                ["meta"] = new JsonObject
                {
                    ["served_by"] = "skep",
                    ["duration"] = done.Duration.TotalMilliseconds,
                    ["changes"] = done.RowsWritten,
                    ["changed_db"] = true,
                    ["size_after"] = done.Bytes,
                    ["rows_read"] = done.RowsRead,
                    ["rows_written"] = done.RowsWritten,
                },
            };
        }

        return progress;
    }

    private static async Task<JsonNode?> ExportAsync(D1Services d1, D1Transfers transfers, ApiRequest request)
    {
        var database = await D1DatabaseEndpoints.FindAsync(d1, request);
        var body = await request.ReadObjectAsync();
        var transfer = body.OptionalString("current_bookmark") is { } known
            ? transfers.Find(known, database.Id) ?? throw NoTransfer()
            : transfers.Export(database.Id, Options(body.OptionalObject("dump_options") ?? []));
        var progress = await ProgressAsync(transfer, "export");
        if (transfer.Work is { IsCompletedSuccessfully: true })
            progress["result"] = new JsonObject { ["filename"] = database.Name + ".sql", ["signed_url"] = Address(request, Download, transfer.Secret) };
        return progress;
    }

    private static D1ExportOptions Options(JsonObject from) => new(
        from.OptionalBoolean("no_schema") ?? false, from.OptionalBoolean("no_data") ?? false, [.. from.OptionalArray("tables").Strings("tables")]);

    private static async Task<JsonObject> ProgressAsync(D1Transfer transfer, string type)
    {
        var work = transfer.Work ?? throw NoTransfer();
        await Task.WhenAny(work, Task.Delay(Patience));
        var failure = work.Exception?.InnerException;
        if (failure is not (null or D1Exception)) throw failure;
        JsonObject progress = new()
        {
            ["success"] = true,
            ["type"] = type,
            ["at_bookmark"] = transfer.Name,
            ["status"] = !work.IsCompleted ? "active" : failure is null ? "complete" : "error",
            ["messages"] = new JsonArray(),
            ["errors"] = failure is null ? [] : new JsonArray(failure.Message),
        };
        if (failure is not null) progress["error"] = failure.Message;
        return progress;
    }

    // A proxy that ends TLS says so: the client must not be sent to a port that speaks none.
    private static string Address(ApiRequest request, string pattern, string secret)
    {
        var http = request.Http.Request;
        var scheme = http.IsHttps || http.Headers["X-Forwarded-Proto"] == "https" ? "https" : "http";
        return $"{scheme}://{http.Host}{pattern.Replace("{secret}", secret, StringComparison.Ordinal)}";
    }

    private static JsonObject Failed(string why) => new() { ["success"] = false, ["error"] = why };

    private static ApiException NoTransfer() =>
        new(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.D1Failed, "There is no such import or export, or it has expired. Begin again."));

    private static Task RefuseAsync(HttpContext context, HttpStatusCode status, string message) =>
        Envelope.WriteAsync(context, status, [new ApiError(ApiErrorCodes.D1Failed, message)]);
}
