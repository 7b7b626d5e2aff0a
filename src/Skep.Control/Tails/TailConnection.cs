using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Skep.Control.Tails;

/// <summary>Serves a tail over its WebSocket until either side ends it.</summary>
internal sealed class TailConnection(TailSession session, TailSocket socket, TimeProvider time)
{
    // wrangler pings every ten seconds; a client that says nothing is asked, and given up when it does not answer.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan TimeToClose = TimeSpan.FromSeconds(2);

    /// <summary>Returns when it is over.</summary>
    public async Task RunAsync(CancellationToken gone)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(gone, session.Ended.Token);
        using var expiry = new CancellationTokenSource(TimeLeft, time);
        using var stopping = expiry.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), stop);
        var sending = SendAsync(stop.Token);
        var receiving = ReceiveAsync(stop.Token);
        await Task.WhenAny(sending, receiving);
        await stop.CancelAsync();
        await Task.WhenAll(EndedAsync(sending), EndedAsync(receiving));
        if (gone.IsCancellationRequested) return;
        using var closing = new CancellationTokenSource(TimeToClose, time);
        await EndedAsync(CloseAsync(expiry.IsCancellationRequested, closing.Token));
    }

    // 1000 would tell wrangler to end for good; after 1001 it creates another tail, which is what its user wants.
    private Task CloseAsync(bool expired, CancellationToken cancellation) =>
        socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, expired ? "The tail has expired." : "The tail has ended.", cancellation).AsTask();

    private async Task SendAsync(CancellationToken cancellation)
    {
        while (true)
        {
            foreach (var message in await session.NextAsync(cancellation)) await socket.SendAsync(TailSocket.Opcode.Text, message, cancellation);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        var asked = false;
        var receiving = socket.ReceiveAsync(cancellation).AsTask();
        while (true)
        {
            if (!await WithinAsync(receiving, cancellation))
            {
                if (asked) return;
                asked = true;
                await socket.SendAsync(TailSocket.Opcode.Ping, default, cancellation);
                continue;
            }

            if (await receiving is not { } frame) return;
            asked = false;
            switch (frame.Opcode)
            {
                case TailSocket.Opcode.Close:
                    await socket.SendAsync(TailSocket.Opcode.Close, frame.Payload, cancellation);
                    return;
                case TailSocket.Opcode.Ping:
                    await socket.SendAsync(TailSocket.Opcode.Pong, frame.Payload, cancellation);
                    break;
                case TailSocket.Opcode.Text:
                    session.IsDebugging = AsksForAll(frame.Payload);
                    break;
            }

            receiving = socket.ReceiveAsync(cancellation).AsTask();
        }
    }

    private async Task<bool> WithinAsync(Task receiving, CancellationToken cancellation)
    {
        try
        {
            await receiving.WaitAsync(Silence, time, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static bool AsksForAll(byte[] message)
    {
        try
        {
            return JsonNode.Parse(message) is JsonObject asked && asked["debug"] is JsonValue debug && debug.GetValueKind() == JsonValueKind.True;
        }
        catch (JsonException)
        {
            // Whatever it is, it asks for nothing that is known.
            return false;
        }
    }

    private static async Task EndedAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client is gone, or it is over.
        }
    }

    private TimeSpan TimeLeft => session.ExpiresOn - time.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
