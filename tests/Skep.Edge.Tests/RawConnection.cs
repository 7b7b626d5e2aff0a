using System.Net.Sockets;
using System.Text;

namespace Skep.Edge.Tests;

/// <summary>A client that speaks bytes, so that tests can say what no HTTP library would.</summary>
internal sealed class RawConnection(Socket socket) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);
    private readonly byte[] _buffer = new byte[64 << 10];
    private readonly StringBuilder _received = new();

    public Socket Socket { get; } = socket;

    public async Task WriteAsync(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int sent = 0; sent < bytes.Length;)
            sent += await Socket.SendAsync(bytes.AsMemory(sent));
    }

    /// <summary>Everything up to and with <paramref name="mark"/>; what follows is kept for the next read.</summary>
    public async Task<string> ReadUntilAsync(string mark)
    {
        while (true)
        {
            string text = _received.ToString();
            int at = text.IndexOf(mark, StringComparison.Ordinal);
            if (at >= 0)
            {
                _received.Remove(0, at + mark.Length);
                return text[..(at + mark.Length)];
            }

            if (!await FillAsync())
                throw new IOException($"The connection ended before \"{mark}\": {text}");
        }
    }

    /// <summary>A response with a Content-Length.</summary>
    public async Task<string> ReadResponseAsync()
    {
        string head = await ReadUntilAsync("\r\n\r\n");
        int length = head.Split("\r\n").Where(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line[16..])).SingleOrDefault();
        while (_received.Length < length)
        {
            if (!await FillAsync())
                throw new IOException("The connection ended within a body.");
        }

        string body = _received.ToString(0, length);
        _received.Remove(0, length);
        return head + body;
    }

    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }

        return _received.ToString();
    }

    public void Dispose() => Socket.Dispose();

    private async Task<bool> FillAsync()
    {
        using var patience = new CancellationTokenSource(_patience);
        int count = await Socket.ReceiveAsync(_buffer, patience.Token);
        _received.Append(Encoding.Latin1.GetString(_buffer, 0, count));
        return count > 0;
    }
}
