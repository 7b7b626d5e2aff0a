using System.Text.Json;
using System.Text.Json.Nodes;

namespace Skep.Edge.Ai;

/// <summary>Requests and answers of models, between Workers AI's words and OpenAI's.</summary>
internal static class AiTasks
{
    private const int UsualTokens = 256;

    /// <summary>The request as the endpoint takes it.</summary>
    /// <param name="Path">Below the endpoint.</param>
    /// <param name="Body">JSON.</param>
    /// <param name="IsStream">Whether the answer comes in parts.</param>
    public sealed record Request(string Path, JsonObject Body, bool IsStream);

    /// <exception cref="AiException">It is for a task that is not there.</exception>
    public static Request Translate(string name, JsonNode? inputs)
    {
        if (inputs is not JsonObject given) throw AiException.Invalid("the inputs must be an object.");
        if (given.ContainsKey("text") || (given.ContainsKey("input") && !given.ContainsKey("messages"))) return Embeddings(name, given);
        if (given.ContainsKey("messages") || given.ContainsKey("prompt")) return Generation(name, given);
        throw AiException.Invalid("only text generation (\"messages\" or \"prompt\") and embeddings (\"text\") are supported; there are neither images nor audio.");
    }

    /// <summary>The answer as Workers AI gives it.</summary>
    public static JsonObject Translate(Request request, JsonObject answer) => request.Path == "embeddings" ? Vectors(answer) : Text(answer);

    /// <summary>A part of a streamed answer; null when it has nothing to say.</summary>
    public static JsonObject? Part(JsonObject part)
    {
        var delta = (part["choices"] as JsonArray)?.FirstOrDefault()?["delta"] as JsonObject;
        var said = new JsonObject { ["response"] = delta?["content"] is JsonValue text ? text.DeepClone() : "" };
        if (delta?["tool_calls"] is JsonArray { Count: > 0 } calls) said["tool_calls"] = calls.DeepClone();
        if (part["usage"] is JsonObject usage) said["usage"] = usage.DeepClone();
        return said.Count == 1 && said["response"]!.GetValue<string>().Length == 0 ? null : said;
    }

    private static Request Embeddings(string name, JsonObject given)
    {
        var text = given["text"] ?? given["input"];
        if (text is not (JsonArray or JsonValue)) throw AiException.Invalid("\"text\" must be a string or an array of strings.");
        JsonObject body = new() { ["model"] = name, ["input"] = text.DeepClone(), ["encoding_format"] = "float" };
        if (given["dimensions"] is { } dimensions) body["dimensions"] = dimensions.DeepClone();
        return new Request("embeddings", body, IsStream: false);
    }

    // What is not known here the endpoint is told, and may refuse.
    private static Request Generation(string name, JsonObject given)
    {
        JsonObject body = new() { ["model"] = name, ["max_tokens"] = UsualTokens };
        foreach (var (key, value) in given)
        {
            if (key is not ("prompt" or "raw" or "tools" or "stream")) body[key] = value?.DeepClone();
        }

        if (given["max_completion_tokens"] is not null) body.Remove("max_tokens");
        if (!given.ContainsKey("messages"))
            body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = given["prompt"]?.DeepClone() });
        if (given["tools"] is JsonArray tools) body["tools"] = new JsonArray([.. tools.Select(Tool)]);
        var streams = given["stream"] is JsonValue stream && stream.GetValueKind() == JsonValueKind.True;
        if (!streams) return new Request("chat/completions", body, IsStream: false);
        body["stream"] = true;
        body["stream_options"] = new JsonObject { ["include_usage"] = true };
        return new Request("chat/completions", body, IsStream: true);
    }

    // Workers AI also takes the function without its wrapping.
    private static JsonNode? Tool(JsonNode? tool) =>
        tool is JsonObject { Count: > 0 } function && !function.ContainsKey("function") ? new JsonObject { ["type"] = "function", ["function"] = function.DeepClone() } : tool?.DeepClone();

    private static JsonObject Text(JsonObject answer)
    {
        var message = (answer["choices"] as JsonArray)?.FirstOrDefault()?["message"] as JsonObject
            ?? throw AiException.Upstream(502, "the endpoint's answer has no message.");
        JsonObject said = new() { ["response"] = message["content"] is JsonValue text ? text.DeepClone() : null };
        if (message["tool_calls"] is JsonArray calls) said["tool_calls"] = new JsonArray([.. calls.OfType<JsonObject>().Select(Call)]);
        else said["tool_calls"] = new JsonArray();
        if (answer["usage"] is { } usage) said["usage"] = usage.DeepClone();
        return said;
    }

    // The arguments are an object there, and JSON in a text here.
    private static JsonObject Call(JsonObject call)
    {
        var function = call["function"] as JsonObject;
        JsonNode? arguments;
        try
        {
            arguments = function?["arguments"] is JsonValue text && text.GetValueKind() == JsonValueKind.String ? JsonNode.Parse(text.GetValue<string>()) : function?["arguments"]?.DeepClone();
        }
        catch (JsonException)
        {
            // Models do not always write JSON: the worker gets what was written.
            arguments = function!["arguments"]!.DeepClone();
        }

        return new JsonObject { ["name"] = function?["name"]?.DeepClone(), ["arguments"] = arguments };
    }

    private static JsonObject Vectors(JsonObject answer)
    {
        JsonArray vectors = new([.. (answer["data"] as JsonArray ?? throw AiException.Upstream(502, "the endpoint's answer has no data."))
            .OfType<JsonObject>().OrderBy(each => (int?)each["index"] ?? 0).Select(each => each["embedding"]?.DeepClone())]);
        return new JsonObject
        {
            ["shape"] = new JsonArray(vectors.Count, (vectors.FirstOrDefault() as JsonArray)?.Count ?? 0),
            ["data"] = vectors,
            ["pooling"] = "mean",
        };
    }
}
