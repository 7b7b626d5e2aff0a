using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Skep.Output;

/// <summary>An event of a tail, for people.</summary>
internal static class TailLine
{
    public static string Format(Style style, JsonNode tailed)
    {
        var text = new StringBuilder();
        var outcome = tailed["outcome"]!.GetValue<string>();
        var time = DateTimeOffset.FromUnixTimeMilliseconds(tailed["eventTimestamp"]?.GetValue<long>() ?? 0).ToLocalTime();
        text.Append(style.Dim($"{time:HH:mm:ss} ")).Append(What(style, tailed["event"])).Append(" - ").Append(outcome == "ok" ? "ok" : style.Red(outcome));
        foreach (var log in tailed["logs"]!.AsArray())
            text.Append("\n  ").Append(style.Dim($"({log!["level"]}) ")).AppendJoin(' ', log["message"]!.AsArray().Select(Argument));
        foreach (var exception in tailed["exceptions"]!.AsArray())
            text.Append("\n  ").Append(style.Red(Safe($"{exception!["name"]}: {exception["message"]}"))).Append(exception["stack"] is { } stack ? style.Dim(Safe($"\n{stack}")) : "");
        return text.ToString();
    }

    private static string What(Style style, JsonNode? what) => what switch
    {
        { } when what["request"] is { } request => Safe($"{request["method"]} {request["url"]}") + (what["response"] is { } response ? style.Dim($" {response["status"]}") : ""),
        { } when what["cron"] is { } cron => $"\"{Safe(cron.GetValue<string>())}\"",
        { } when what["message"] is { } message => style.Yellow(Safe(message.GetValue<string>())),
        _ => "unknown event",
    };

    private static string Argument(JsonNode? value) => Safe(value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : value?.ToJsonString() ?? "null");

    private static string Safe(string text) => ControlCharacters.Escape(text, lines: true);
}
