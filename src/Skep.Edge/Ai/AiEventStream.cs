using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Skep.Edge.Ai;

/// <summary>Server-sent events of OpenAI's kind, as those of Workers AI: <c>data: {"response":"…"}</c>, and <c>data: [DONE]</c> at the end.</summary>
internal static class AiEventStream
{
    private const string Data = "data:";
    private const string Done = "[DONE]";

    /// <summary>The translated events. Disposing of the stream ends the answer.</summary>
    public static Stream Translate(HttpResponseMessage answer, TimeSpan patience)
    {
        Pipe pipe = new();
        _ = PumpAsync(answer, pipe.Writer, patience);
        return pipe.Reader.AsStream();
    }

    private static async Task PumpAsync(HttpResponseMessage answer, PipeWriter to, TimeSpan patience)
    {
        Exception? broken = null;
        try
        {
            using (answer)
            {
                using StreamReader lines = new(await answer.Content.ReadAsStreamAsync().ConfigureAwait(false), Encoding.UTF8);
                while (await lines.ReadLineAsync().WaitAsync(patience).ConfigureAwait(false) is { } line)
                {
                    if (!line.StartsWith(Data, StringComparison.Ordinal)) continue;
                    var data = line[Data.Length..].Trim();
                    var part = data == Done ? Done : Part(data);
                    if (part is null) continue;
                    var written = await to.WriteAsync(Encoding.UTF8.GetBytes($"data: {part}\n\n")).ConfigureAwait(false);
                    if (written.IsCompleted || part == Done) break;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or TimeoutException or JsonException or ObjectDisposedException)
        {
            broken = new IOException("The answer of the AI endpoint broke off.", failure);
        }

        await to.CompleteAsync(broken).ConfigureAwait(false);
    }

    private static string? Part(string data) => JsonNode.Parse(data) is JsonObject part ? AiTasks.Part(part)?.ToJsonString() : null;
}
