using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skep.Abstractions.Channels;

namespace Skep.Edge.Ai;

/// <summary>Answers what AI bindings ask, with an OpenAI-compatible endpoint. The operator has named it: no guard looks at its address.</summary>
public sealed class AiChannel : ISubrequestChannel, IDisposable
{
    private const string ModelHeader = "cf-consn-model-id";
    private const int MostBytes = 32 << 20;

    private readonly AiOptions _options;
    private readonly HttpClient _client;

    /// <param name="options">Where models run.</param>
    public AiChannel(AiOptions options)
    {
        _options = options;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc/>
    public async ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation)
    {
        try
        {
            if (_options.Endpoint is null) throw AiException.NotConfigured();
            var given = await ReadAsync(request, cancellation).ConfigureAwait(false);
            return request.Url.Contains("/ai-api/models/search", StringComparison.Ordinal)
                ? await ModelsAsync(given, cancellation).ConfigureAwait(false)
                : await RunAsync(Model(request), given, cancellation).ConfigureAwait(false);
        }
        catch (AiException refused)
        {
            JsonObject error = new()
            {
                ["internalCode"] = refused.Code,
                ["description"] = refused.Message,
                ["name"] = "InferenceUpstreamError",
                ["errors"] = new JsonArray(new JsonObject { ["code"] = refused.Code, ["message"] = refused.Message }),
            };
            return new AiResponse(refused.Status, "application/json", Encoding.UTF8.GetBytes(error.ToJsonString()));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static string Model(Subrequest request)
    {
        for (var i = 0; i < request.Headers.Count; i += 2)
        {
            if (request.Headers[i] == ModelHeader) return request.Headers[i + 1];
        }

        throw AiException.NoModel("");
    }

    private static async Task<JsonObject> ReadAsync(Subrequest request, CancellationToken cancellation)
    {
        var bytes = request.BodyBytes;
        if (request.BodyStream is { } stream)
        {
            using MemoryStream read = new();
            await stream.CopyToAsync(read, cancellation).ConfigureAwait(false);
            bytes = read.ToArray();
        }

        if (bytes.Length > MostBytes) throw AiException.Invalid($"the request has {bytes.Length} bytes; {MostBytes} are allowed.");
        return JsonNode.Parse(bytes.IsEmpty ? "{}"u8 : bytes.Span) as JsonObject ?? throw AiException.Invalid("the request is no object.");
    }

    private async Task<AiResponse> ModelsAsync(JsonObject search, CancellationToken cancellation)
    {
        var names = _options.Models.Keys.Where(name => name != "*").ToList();
        if (names.Count == 0)
        {
            using var answer = await AskAsync(HttpMethod.Get, "models", null, cancellation).ConfigureAwait(false);
            var listed = await ObjectAsync(answer, cancellation).ConfigureAwait(false);
            names.AddRange((listed["data"] as JsonArray ?? []).Select(each => (string?)each?["id"]).OfType<string>());
        }

        if (search["search"] is JsonValue wanted) names.RemoveAll(name => !name.Contains(wanted.ToString(), StringComparison.OrdinalIgnoreCase));
        JsonArray models = new([.. names.Order(StringComparer.Ordinal).Select(name => new JsonObject
        {
            ["id"] = name, ["source"] = 1, ["name"] = name, ["description"] = "", ["task"] = new JsonObject { ["id"] = "", ["name"] = "", ["description"] = "" }, ["tags"] = new JsonArray(), ["properties"] = new JsonArray(),
        })]);
        return new AiResponse(200, "application/json", Encoding.UTF8.GetBytes(new JsonObject { ["result"] = models }.ToJsonString()));
    }

    private async Task<SubrequestResponse> RunAsync(string model, JsonObject given, CancellationToken cancellation)
    {
        if (given["options"] is JsonObject options && options["gateway"] is not null)
            throw AiException.Invalid("the option \"gateway\" is not supported: there is no AI Gateway here. Leave it out.");
        var request = AiTasks.Translate(_options.Find(model) ?? throw AiException.NoModel(model), given["inputs"]);
        var answer = await AskAsync(HttpMethod.Post, request.Path, request.Body, cancellation).ConfigureAwait(false);
        if (request.IsStream) return new AiResponse(200, "text/event-stream", AiEventStream.Translate(answer, _options.Patience));
        using (answer)
        {
            var said = AiTasks.Translate(request, await ObjectAsync(answer, cancellation).ConfigureAwait(false));
            return new AiResponse(200, "application/json", Encoding.UTF8.GetBytes(said.ToJsonString()));
        }
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(method, new Uri(_options.Endpoint!, path));
        if (_options.Key is { } key) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(_options.Patience);
        HttpResponseMessage answer;
        try
        {
            answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limited.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException failed)
        {
            throw AiException.Upstream(502, $"the AI endpoint does not answer ({failed.HttpRequestError}).");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw AiException.Upstream(504, $"the AI endpoint did not answer within {_options.Patience.TotalSeconds} seconds.");
        }

        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw AiException.Upstream((int)answer.StatusCode, await ReasonAsync(answer, cancellation).ConfigureAwait(false));
    }

    private static async Task<JsonObject> ObjectAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            var stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            return await JsonNode.ParseAsync(stream, cancellationToken: cancellation).ConfigureAwait(false) as JsonObject ?? throw AiException.Upstream(502, "the AI endpoint's answer is no object.");
        }
        catch (Exception broken) when (broken is JsonException or IOException or HttpRequestException)
        {
            throw AiException.Upstream(502, "the AI endpoint's answer is no JSON.");
        }
    }

    // {"error":{"message":…}}, or whatever it is.
    private static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        const int Most = 1000;
        var text = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (JsonNode.Parse(text) is JsonObject parsed)
            {
                var reason = parsed["error"] is JsonObject error ? error["message"] : parsed["error"] ?? parsed["message"];
                if (reason is not null) text = reason.ToString();
            }
        }
        catch (JsonException)
        {
            // Then as it is.
        }

        return $"{(int)answer.StatusCode} {(text.Length > Most ? text[..Most] : text)}";
    }
}
