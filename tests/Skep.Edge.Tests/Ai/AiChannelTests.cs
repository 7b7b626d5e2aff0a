using System.Text;
using System.Text.Json.Nodes;
using Skep.Abstractions.Channels;
using Skep.Edge.Ai;
using Skep.Testing;

namespace Skep.Edge.Tests.Ai;

/// <summary>What AI bindings ask, answered by an OpenAI-compatible endpoint.</summary>
public sealed class AiChannelTests : IDisposable
{
    private readonly FakeModels _models = new();

    public void Dispose() => _models.Dispose();

    [Theory]
    [InlineData("""{"prompt":"Hi"}""", """{"model":"m","max_tokens":256,"messages":[{"role":"user","content":"Hi"}]}""", """{"response":"Hello","tool_calls":[],"usage":{"total_tokens":3}}""")]
    [InlineData("""{"messages":[{"role":"system","content":"Be kind"}],"max_tokens":5,"temperature":0.1}""", """{"model":"m","max_tokens":5,"messages":[{"role":"system","content":"Be kind"}],"temperature":0.1}""", """{"response":"Hello","tool_calls":[],"usage":{"total_tokens":3}}""")]
    [InlineData("""{"prompt":"x","tools":[{"name":"sum","parameters":{}}]}""", """{"model":"m","max_tokens":256,"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"sum","parameters":{}}}]}""", """{"response":null,"tool_calls":[{"name":"sum","arguments":{"a":1}}]}""")]
    [InlineData("""{"text":["a","b"]}""", """{"model":"m","input":["a","b"],"encoding_format":"float"}""", """{"shape":[2,2],"data":[[1,2],[3,4]],"pooling":"mean"}""")]
    public async Task Tasks_are_translated_both_ways(string inputs, string asked, string answer)
    {
        Assert.Equal((200, answer), await RunAsync(Options(), "@cf/model", inputs));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(asked), Assert.Single(_models.Asked)), _models.Asked[0].ToJsonString());
        Assert.Equal("Bearer secret", _models.Authorization);
    }

    [Fact]
    public async Task A_streamed_answer_comes_as_workers_AI_sends_it()
    {
        Assert.Equal(
            (200, "data: {\"response\":\"Hel\"}\n\ndata: {\"response\":\"lo\"}\n\ndata: {\"response\":\"\",\"usage\":{\"total_tokens\":3}}\n\ndata: [DONE]\n\n"),
            await RunAsync(Options(), "@cf/model", """{"prompt":"Hi","stream":true}"""));
    }

    [Theory]
    [InlineData("@cf/other", """{"prompt":"x"}""", "", 5007, "No such model @cf/other or task")]
    [InlineData("@cf/model", """{"image":[1]}""", "", 8001, "neither images nor audio")]
    [InlineData("@cf/model", """{"prompt":"x"}""", """, "options": {"gateway":{"id":"g"}}""", 8001, "\"gateway\" is not supported")]
    public async Task What_is_not_there_is_refused_by_its_number(string model, string inputs, string more, int code, string message)
    {
        var (status, body) = await RunAsync(Options(), model, inputs, more);
        Assert.Equal(400, status);
        Assert.Equal(code, JsonNode.Parse(body)!["internalCode"]!.GetValue<int>());
        Assert.Contains(message, JsonNode.Parse(body)!["description"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty(_models.Asked);
    }

    [Theory]
    [InlineData(429, 3040, "Capacity temporarily exceeded")]
    [InlineData(404, 5007, "No such model")]
    [InlineData(400, 8001, "Invalid input: 400 the reason")]
    [InlineData(401, 3043, "Internal server error")]
    [InlineData(500, 3043, "Internal server error")]
    public async Task What_the_endpoint_refuses_is_told(int status, int code, string message)
    {
        _models.Instead = (status, """{"error":{"message":"the reason"}}""");
        var (_, body) = await RunAsync(Options(), "@cf/model", """{"prompt":"x"}""");
        Assert.Equal(code, JsonNode.Parse(body)!["internalCode"]!.GetValue<int>());
        Assert.Contains(message, body, StringComparison.Ordinal);
        Assert.Contains("the reason", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_endpoint_the_operator_is_told_what_to_do()
    {
        var (status, body) = await RunAsync(AiOptions.Read(null, null, []), "@cf/model", """{"prompt":"x"}""");
        Assert.Equal(503, status);
        Assert.Contains("no AI endpoint is configured here", body, StringComparison.Ordinal);
        Assert.Contains("ai_url", body, StringComparison.Ordinal);
        var (_, away) = await RunAsync(AiOptions.Read("http://127.0.0.1:1/v1", null, []), "m", """{"prompt":"x"}""");
        Assert.Contains("does not answer", away, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_are_those_of_the_map_or_of_the_endpoint()
    {
        Assert.Equal(["@cf/model"], await NamesAsync(Options()));
        Assert.Equal(["m1", "m2"], await NamesAsync(AiOptions.Read(_models.Url, null, [])));

        static async Task<IEnumerable<string>> NamesAsync(AiOptions options)
        {
            using AiChannel channel = new(options);
            var (_, body) = await SendAsync(channel, "https://workers-binding.ai/ai-api/models/search", [], "{}");
            return [.. JsonNode.Parse(body)!["result"]!.AsArray().Select(model => model!["name"]!.GetValue<string>())];
        }
    }

    [Theory]
    [InlineData("ftp://x", "a=b")]
    [InlineData("http://x", "a")]
    [InlineData("http://x", "=b")]
    public void What_cannot_be_meant_is_refused(string url, string model) => Assert.Throws<FormatException>(() => AiOptions.Read(url, null, [model]));

    private AiOptions Options() => AiOptions.Read(_models.Url, "secret", ["@cf/model=m"]);

    private static async Task<(int Status, string Body)> RunAsync(AiOptions options, string model, string inputs, string more = "")
    {
        using AiChannel channel = new(options);
        return await SendAsync(channel, "https://workers-binding.ai/run?version=3", ["cf-consn-model-id", model], $$"""{ "inputs": {{inputs}}{{more}} }""");
    }

    private static async Task<(int Status, string Body)> SendAsync(AiChannel channel, string url, string[] headers, string body)
    {
        Subrequest request = new() { Method = "POST", Url = url, Headers = headers, HasBody = true, BodyBytes = Encoding.UTF8.GetBytes(body) };
        await using var response = await channel.SendAsync(request, TestContext.Current.CancellationToken);
        using StreamReader reader = new(response.Body!);
        return (response.Status, await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }
}
