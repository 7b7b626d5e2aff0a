using System.Net.Sockets;
using Skep.Abstractions.Hyperdrive;

namespace Skep.Edge.Postgres;

/// <summary>A connection to the database, which one client after the other uses.</summary>
internal sealed class ServerConnection(HyperdriveOrigin origin, Socket socket, Stream stream) : IDisposable
{
    private const int MostPrepared = 256;

    private readonly Lock _gate = new();
    private readonly LinkedList<string> _order = new();
    private readonly Dictionary<string, LinkedListNode<string>> _prepared = new(StringComparer.Ordinal);

    public HyperdriveOrigin Origin => origin;

    public MessageReader Reader { get; } = new(stream);

    public MessageWriter Writer { get; } = new(stream);

    /// <summary>What it is called when its work is to be cancelled.</summary>
    public int Process { get; set; }

    /// <summary>Proves that it is ours to cancel.</summary>
    public int Secret { get; set; }

    /// <summary>What the server said of itself.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; set; } = [];

    /// <summary>Its session is not as it was: it must be cleaned before somebody else gets it.</summary>
    public bool IsChanged { get; set; }

    /// <summary>When it was last used, or made.</summary>
    public DateTimeOffset LastUsed { get; set; }

    /// <summary>True when the server has said something or closed it, while nobody asked anything.</summary>
    public bool IsStale
    {
        get
        {
            try
            {
                return socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>Whether the server knows the statement.</summary>
    public bool Knows(string statement)
    {
        lock (_gate)
        {
            if (!_prepared.TryGetValue(statement, out var node)) return false;
            _order.Remove(node);
            _order.AddLast(node);
            return true;
        }
    }

    /// <summary>The server has the statement now. Returns one that it should forget, or null.</summary>
    public string? Learn(string statement)
    {
        lock (_gate)
        {
            if (_prepared.ContainsKey(statement)) return null;
            _prepared[statement] = _order.AddLast(statement);
            if (_prepared.Count <= MostPrepared) return null;
            var oldest = _order.First!.Value;
            _order.RemoveFirst();
            _prepared.Remove(oldest);
            return oldest;
        }
    }

    /// <summary>The server has forgotten the statements, or one of them.</summary>
    public void Forget(string? statement = null)
    {
        lock (_gate)
        {
            if (statement is not null)
            {
                if (_prepared.Remove(statement, out var node)) _order.Remove(node);
                return;
            }

            _prepared.Clear();
            _order.Clear();
        }
    }

    /// <summary>Runs a statement that returns nothing.</summary>
    /// <exception cref="HyperdriveException">It failed.</exception>
    public async Task RunAsync(string sql, CancellationToken cancellation)
    {
        Writer.Begin(MessageType.Query).Text(sql).End();
        await Writer.FlushAsync(cancellation).ConfigureAwait(false);
        ServerError? failed = null;
        while (await Reader.NextAsync(cancellation).ConfigureAwait(false))
        {
            if (Reader.Type == MessageType.ErrorResponse) failed = ServerError.Read((await Reader.PeekAsync(64 << 10, cancellation).ConfigureAwait(false)).Span);
            if (Reader.Type != MessageType.ReadyForQuery) continue;
            await Reader.SkipAsync(cancellation).ConfigureAwait(false);
            if (failed is not null) throw new HyperdriveException(HyperdriveException.TestFailed, $"{failed.Message} ({failed.Code})");
            return;
        }

        throw new HyperdriveException(HyperdriveException.TestFailed, failed is null ? "The database closed the connection." : $"{failed.Message} ({failed.Code})");
    }

    /// <summary>Asks the server to stop what it is doing for this connection.</summary>
    public Task CancelAsync() => ServerConnector.CancelAsync(origin, Process, Secret);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Reads and writes under way end with it.
        stream.Dispose();
        socket.Dispose();
    }
}
