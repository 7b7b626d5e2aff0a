using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Skep.EndToEnd.Tests.Supervision;

/// <summary>Sends requests one after the other on one connection; when that breaks it counts the request as lost, connects again and
/// goes on.</summary>
internal sealed class PersistentClient(int port, string host)
{
    private readonly byte[] _request = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
    private volatile bool _stopped;
    private int _answered;

    /// <summary>Answers so far.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Requests that got no answer because their connection broke.</summary>
    public int Lost { get; private set; }

    /// <summary>Answers that were not as they should be, and connections that were refused.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>Ends after the request that is under way.</summary>
    public void Stop() => _stopped = true;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!_stopped)
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            }
            catch (SocketException refused)
            {
                Wrong.Add(refused.Message);
                return;
            }

            await UseAsync(socket, cancellation);
        }
    }

    /// <summary>Waits until so many more answers have come.</summary>
    public async Task AnswersAsync(int more, CancellationToken cancellation)
    {
        var goal = Answered + more;
        while (Answered < goal) await Task.Delay(5, cancellation);
    }

    private async Task UseAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        while (!_stopped)
        {
            int read;
            try
            {
                await socket.SendAsync(_request, cancellation);
                read = await socket.ReceiveAsync(buffer, cancellation);
            }
            catch (SocketException)
            {
                read = 0;
            }

            if (read == 0)
            {
                Lost++;
                return;
            }

            // The server sends so short an answer in one piece.
            var answer = Encoding.ASCII.GetString(buffer, 0, read);
            if (answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)) Interlocked.Increment(ref _answered);
            else Wrong.Add(answer);
            if (answer.Contains("\r\nConnection: close\r\n", StringComparison.OrdinalIgnoreCase)) return;
        }
    }
}
