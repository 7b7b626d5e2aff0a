using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Skep.Testing;

/// <summary>An OpenAI-compatible endpoint that says what it was asked.</summary>
public sealed class FakeModels : IDisposable
{
    private readonly HttpListener _listener;

    public FakeModels()
    {
        // A listener cannot choose its port: another one is tried when somebody has it. What could not start is of no more use.
        for (var attempt = 0; ; attempt++)
        {
            var port = Random.Shared.Next(20_000, 60_000);
            _listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
            try
            {
                _listener.Start();
                Url = $"http://127.0.0.1:{port}/v1";
                _ = AnswerAsync();
                return;
            }
            catch (HttpListenerException) when (attempt < 50)
            {
                // The next one.
            }
        }
    }

    public string Url { get; }

    /// <summary>The bodies of the requests, in their order.</summary>
    public List<JsonObject> Asked { get; } = [];

    /// <summary>The last <c>Authorization</c>.</summary>
    public string? Authorization { get; private set; }

    /// <summary>What is answered instead: a status and a body.</summary>
    public (int Status, string Body)? Instead { get; set; }

    public void Dispose() => _listener.Close();

    private async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext call;
            try
            {
                call = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                await AnswerAsync(call);
            }
            catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException)
            {
                // Whoever asked was killed meanwhile; others are answered.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext call)
    {
        Authorization = call.Request.Headers["Authorization"];
        using StreamReader reader = new(call.Request.InputStream);
        var text = await reader.ReadToEndAsync();
        var asked = text.Length == 0 ? [] : (JsonObject)JsonNode.Parse(text)!;
        lock (Asked) Asked.Add(asked);
        var (status, type, body) = Instead is { } instead ? (instead.Status, "application/json", instead.Body) : Answer(call.Request.Url!.AbsolutePath, asked);
        call.Response.StatusCode = status;
        call.Response.ContentType = type;
        await call.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
        call.Response.Close();
    }

    private static (int Status, string Type, string Body) Answer(string path, JsonObject asked) => path switch
    {
        "/v1/models" => (200, "application/json", """{"data":[{"id":"m2"},{"id":"m1"}]}"""),
        "/v1/embeddings" => (200, "application/json", """{"data":[{"index":1,"embedding":[3,4]},{"index":0,"embedding":[1,2]}],"usage":{}}"""),
        "/v1/chat/completions" when asked["stream"] is not null => (200, "text/event-stream", """
            : comment

            data: {"choices":[{"delta":{"role":"assistant","content":""}}]}

            data: {"choices":[{"delta":{"content":"Hel"}}]}

            data: {"choices":[{"delta":{"content":"lo"}}]}

            data: {"choices":[],"usage":{"total_tokens":3}}

            data: [DONE]


            """),
        "/v1/chat/completions" when asked["tools"] is not null => (200, "application/json", """{"choices":[{"message":{"content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"sum","arguments":"{\"a\":1}"}}]}}]}"""),
        "/v1/chat/completions" => (200, "application/json", """{"choices":[{"message":{"content":"Hello"}}],"usage":{"total_tokens":3}}"""),
        _ => (404, "application/json", """{"error":{"message":"no such path"}}"""),
    };
}
