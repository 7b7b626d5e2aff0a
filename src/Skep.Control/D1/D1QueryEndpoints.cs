using System.Text.Json;
using System.Text.Json.Nodes;
using Skep.Abstractions.D1;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.D1;

/// <summary>SQL over the API: <c>wrangler d1 execute --command</c> and <c>migrations</c>
/// (https://developers.cloudflare.com/api/resources/d1/subresources/database/methods/query/).</summary>
internal static class D1QueryEndpoints
{
    private const int MaxBodyBytes = 32 << 20;

    public static IEnumerable<ApiEndpoint> All(D1Services d1) =>
    [
        new("POST", D1DatabaseEndpoints.One + "/query", request => RunAsync(d1, request, D1Shape.Objects)),
        new("POST", D1DatabaseEndpoints.One + "/raw", request => RunAsync(d1, request, D1Shape.Rows)),
    ];

    private static async Task<JsonNode?> RunAsync(D1Services d1, ApiRequest request, D1Shape shape)
    {
        var database = await D1DatabaseEndpoints.FindAsync(d1, request);
        using var queries = Read(await request.ReadJsonAsync(MaxBodyBytes), shape);
        using var answer = await d1.Store.QueryAsync(database.Id, queries.Written, request.Http.RequestAborted);
        // The results go out as the database wrote them.
        var response = request.Http.Response;
        response.ContentType = "application/json";
        request.IsAnswered = true;
        await response.BodyWriter.WriteAsync("{\"success\":true,\"errors\":[],\"messages\":[],\"result\":"u8.ToArray(), request.Http.RequestAborted);
        await response.BodyWriter.WriteAsync(answer.Json, request.Http.RequestAborted);
        await response.BodyWriter.WriteAsync("}"u8.ToArray(), request.Http.RequestAborted);
        return null;
    }

    private static D1QueryWriter Read(JsonNode body, D1Shape shape)
    {
        D1QueryWriter queries = new(shape, D1Flags.Split);
        try
        {
            var several = body switch
            {
                JsonObject single when single.ContainsKey("batch") => single.OptionalArray("batch"),
                JsonObject single => [single.DeepClone()],
                JsonArray given => given,
                _ => throw ApiException.BadRequest("The body must be { \"sql\", \"params\" } or { \"batch\": [{ \"sql\", \"params\" }] }."),
            };
            foreach (var query in several.Objects("queries"))
            {
                var parameters = query.OptionalArray("params");
                queries.Query(query.RequiredString("sql"), parameters.Count);
                foreach (var parameter in parameters) Write(parameter, queries);
            }

            return queries;
        }
        catch
        {
            queries.Dispose();
            throw;
        }
    }

    private static void Write(JsonNode? parameter, D1QueryWriter queries)
    {
        switch (parameter)
        {
            case null:
                queries.Null();
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                queries.Number(value.GetValue<double>());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                queries.Text(value.GetValue<string>());
                break;
            case JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False:
                queries.Number(value.GetValue<bool>() ? 1 : 0);
                break;
            case JsonArray bytes when bytes.All(IsByte):
                queries.Blob([.. bytes.Select(each => (byte)each!.GetValue<double>())]);
                break;
            default:
                throw ApiException.BadRequest($"A parameter must be a string, a number, true, false, null or an array of bytes, not {parameter.ToJsonString()}.");
        }
    }

    private static bool IsByte(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.GetValue<double>() is >= 0 and < 256;
}
