using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Skep.Output;

/// <summary>Prints what a Worker of a running server says, as <c>wrangler tail</c> does.</summary>
internal sealed class TailReader(Uri control, string account, string token)
{
    private const string Protocol = "trace-v1";

    /// <summary>Returns when it is asked to stop, or the server ends.</summary>
    /// <exception cref="IOException">The server cannot be reached, or refuses.</exception>
    public async Task RunAsync(string script, bool json, Terminal terminal, CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = control };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var tail = await CreateAsync(client, $"/client/v4/accounts/{account}/workers/scripts/{script}/tails", stop);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(Protocol);
        try
        {
            await socket.ConnectAsync(new Uri(tail["url"]!.GetValue<string>()), stop);
            if (!json) await terminal.WriteAsync(style => style.Dim($"Connected to {script}; press Ctrl+C to end."));
            while (await ReceiveAsync(socket, stop) is { } message)
                await terminal.WriteAsync(style => json ? message : TailLine.Format(style, JsonNode.Parse(message)!));
        }
        catch (WebSocketException lost)
        {
            throw new IOException($"The connection to {control} was lost: {lost.Message}", lost);
        }
    }

    private async Task<JsonNode> CreateAsync(HttpClient client, string path, CancellationToken stop)
    {
        try
        {
            using var response = await client.PostAsync(path, new StringContent("""{"filters":[]}"""), stop);
            var envelope = JsonNode.Parse(await response.Content.ReadAsStringAsync(stop))!;
            return response.IsSuccessStatusCode ? envelope["result"]! : throw new IOException(envelope["errors"]![0]!["message"]!.GetValue<string>());
        }
        catch (HttpRequestException unreachable)
        {
            throw new IOException($"There is no server at {control} ({unreachable.Message}). Start `skep serve`, or say where it is: --control http://HOST:PORT.", unreachable);
        }
    }

    private static async Task<string?> ReceiveAsync(ClientWebSocket socket, CancellationToken stop)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), stop);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
        }
    }
}
