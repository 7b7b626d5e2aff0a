using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Skep.EndToEnd.Tests.Shutdown;

/// <summary>Sends requests one after the other until the server takes no more, and counts: a request that was written to a
/// connection and got no whole answer is a failure.</summary>
internal sealed class BusyClient(int port, string host, bool keepAlive)
{
    private const int RequestsUntilWarm = 20;

    private readonly byte[] request = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n{(keepAlive ? "" : "Connection: close\r\n")}\r\n");

    /// <summary>Requests written.</summary>
    public int Written { get; private set; }

    /// <summary>Whole answers read.</summary>
    public int Answered { get; private set; }

    /// <summary>How the last answer failed; empty when it did not.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>Runs until connections are refused, or until the server has said that it closes a connection that is kept.</summary>
    public async Task RunAsync(Action warm, CancellationToken cancellation)
    {
        for (;;)
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            }
            catch (SocketException)
            {
                return; // the server listens no more
            }

            if (!await UseAsync(socket, warm, cancellation)) return;
        }
    }

    /// <summary>Uses the connection while it is kept; false after a failure.</summary>
    private async Task<bool> UseAsync(Socket socket, Action warm, CancellationToken cancellation)
    {
        for (;;)
        {
            try
            {
                await socket.SendAsync(request, cancellation);
                Written++;
                var answer = await ReadAsync(socket, cancellation);
                if (!answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) || !answer.Contains("served", StringComparison.Ordinal)) throw new IOException(answer);
                if (++Answered == RequestsUntilWarm) warm();
                if (!keepAlive || answer.Contains("\r\nConnection: close\r\n", StringComparison.OrdinalIgnoreCase)) return true;
            }
            catch (Exception failure) when (failure is IOException or SocketException)
            {
                Failure = $"request {Written}: {failure.Message}";
                return false;
            }
        }
    }

    private static async Task<string> ReadAsync(Socket socket, CancellationToken cancellation)
    {
        StringBuilder text = new();
        var buffer = new byte[4096];
        while (!IsWhole(text.ToString()))
        {
            var read = await socket.ReceiveAsync(buffer, cancellation);
            if (read == 0) throw new IOException($"the connection was closed after \"{text}\"");
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    private static bool IsWhole(string text)
    {
        var body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        if (body < 4) return false;
        return text.Contains("\r\nTransfer-Encoding: chunked\r\n", StringComparison.OrdinalIgnoreCase)
            ? text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)
            : text.Length - body >= "served".Length;
    }
}
