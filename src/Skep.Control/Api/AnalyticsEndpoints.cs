using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Skep.Abstractions.Analytics;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>The SQL API of Analytics Engine (https://developers.cloudflare.com/analytics/analytics-engine/sql-api/).</summary>
internal static class AnalyticsEndpoints
{
    private const string Sql = ApiEndpoint.Account + "/analytics_engine/sql";
    private const int MostBytes = 256 << 10;

    public static IEnumerable<ApiEndpoint> All(IAnalyticsQueries analytics) =>
    [
        new("POST", Sql, request => RunAsync(analytics, request)) { OnlyReads = true },
        new("GET", Sql, request => RunAsync(analytics, request)),
    ];

    // Without an envelope, the answer as well as what is wrong with the query.
    private static async Task<JsonNode?> RunAsync(IAnalyticsQueries analytics, ApiRequest request)
    {
        AccountScope.Require(request, "Analytics Engine");
        var (status, type, body) = (HttpStatusCode.OK, "", (ReadOnlyMemory<byte>)default);
        try
        {
            var answer = await analytics.QueryAsync(request.Query("query") ?? await ReadAsync(request), request.Http.RequestAborted);
            (type, body) = (answer.ContentType, answer.Body);
        }
        catch (AnalyticsException wrong)
        {
            (status, type, body) = (HttpStatusCode.UnprocessableEntity, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(wrong.Message + "\n"));
        }

        var response = request.Http.Response;
        response.StatusCode = (int)status;
        response.ContentType = type;
        response.ContentLength = body.Length;
        request.IsAnswered = true;
        await response.Body.WriteAsync(body, request.Http.RequestAborted);
        return null;
    }

    private static async Task<string> ReadAsync(ApiRequest request)
    {
        var buffer = new byte[MostBytes];
        var length = await request.Http.Request.Body.ReadAtLeastAsync(buffer, MostBytes, throwOnEndOfStream: false, request.Http.RequestAborted);
        return length < MostBytes ? Encoding.UTF8.GetString(buffer, 0, length) : throw ApiException.BadRequest($"The query has more than {MostBytes} bytes.");
    }
}
