using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;
using Skep.Control.Envelopes;

namespace Skep.Control.Calls;

/// <summary>One call, authenticated.</summary>
internal sealed class ApiRequest(HttpContext http, ApiToken token)
{
    private const int MaxJsonBytes = 8 << 20;
    // Two readers could take different ones of two members of the same name.
    private static readonly JsonDocumentOptions Unambiguous = new() { AllowDuplicateProperties = false };

    public HttpContext Http { get; } = http;

    /// <summary>Who calls.</summary>
    public ApiToken Token { get; } = token;

    /// <summary>The script that the path names; of a user Worker, what <see cref="UserWorkerName"/> makes of it.</summary>
    public string Script => DispatchNamespace is { } of ? UserWorkerName.Of(of.Id, Route("script")) : Route("script");

    /// <summary>The dispatch namespace that the path names, or null.</summary>
    public DispatchNamespace? DispatchNamespace { get; init; }

    /// <summary>Which client it is, in the words of version objects.</summary>
    public string Source =>
        Http.Request.Headers.UserAgent.ToString().StartsWith("wrangler/", StringComparison.OrdinalIgnoreCase) ? "wrangler" : "api";

    /// <summary>The envelope's <c>result_info</c>, when the answer is a page.</summary>
    public JsonObject? ResultInfo { get; set; }

    /// <summary>The endpoint has written the response itself.</summary>
    public bool IsAnswered { get; set; }

    public string Route(string name) => (string)Http.Request.RouteValues[name]!;

    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var values) ? values[0] : null;

    /// <summary>A number from 1 to <paramref name="most"/> of the query.</summary>
    /// <exception cref="ApiException">It is none.</exception>
    public int Number(string name, int otherwise, int most)
    {
        if (Query(name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= most
            ? value
            : throw ApiException.BadRequest($"\"{name}\" must be a number from 1 to {most}, not \"{text}\".");
    }

    /// <summary>The path's last segment, decoded once: the server leaves an encoded slash as it is, so that the route's value of
    /// <c>a%2Fb</c> and of <c>a%252Fb</c> would be the same.</summary>
    public string LastSegment()
    {
        var target = Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        if (target.IndexOf('?') is >= 0 and var query) target = target[..query];
        return Uri.UnescapeDataString(target[(target.LastIndexOf('/') + 1)..].ToString());
    }

    /// <summary>The body as JSON, whatever its content type says: wrangler sends much of it as text.</summary>
    public async Task<JsonNode> ReadJsonAsync(int maxBytes = MaxJsonBytes)
    {
        var size = Http.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (size is { IsReadOnly: false }) size.MaxRequestBodySize = maxBytes;
        try
        {
            return await JsonNode.ParseAsync(Http.Request.Body, documentOptions: Unambiguous, cancellationToken: Http.RequestAborted)
                ?? throw ApiException.BadRequest("The request body is null; a JSON value is expected.");
        }
        catch (JsonException error)
        {
            throw ApiException.BadRequest($"The request body is no JSON: {error.Message}");
        }
    }

    /// <summary>The body as a JSON object.</summary>
    public async Task<JsonObject> ReadObjectAsync(int maxBytes = MaxJsonBytes) =>
        await ReadJsonAsync(maxBytes) as JsonObject ?? throw ApiException.BadRequest("The request body must be a JSON object.");

    /// <summary>An entry for the audit log.</summary>
    public AuditEntry Audit(DateTimeOffset now, string action, string target, string detail = "") =>
        new(now, Token.Name, action, target, detail);
}
