using System.Buffers.Binary;
using System.Text;
using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Metering;

namespace Skep.Edge.Postgres;

/// <summary>A worker's connection to a pool. It speaks PostgreSQL's protocol and has one of the pool's connections from the first
/// message of a transaction until the server says that there is none any more.</summary>
internal sealed class ClientSession : IDisposable
{
    // Names and, of queries, what tells whether they change the session.
    private const int LongestName = 8 << 10;
    private const int ReadOfQuery = 64 << 10;
    private const int LongestStart = 10 << 10;
    private const byte No = (byte)'N';
    private const byte Statement = (byte)'S';

    // The server has no such statement, ever: closing it costs nothing and answers with a completion.
    private const string Nothing = "skep_nothing";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly ServerPool _pool;
    private readonly CancelKeys _keys;
    private readonly MeterCounter? _queries;
    private readonly MessageReader _reader;
    private readonly MessageWriter _writer;
    private readonly Stream _stream;
    private readonly PreparedStatements _statements = new();
    private PendingReplies _replies = new();
    private ServerConnection? _server;
    private Task _receiving = Task.CompletedTask;
    private bool _knowsUnnamed;
    private bool _sending;
    private ServerConnection? _sent;
    private bool _leaving;
    private bool _lost;

    public ClientSession(Stream stream, ServerPool pool, CancelKeys keys, MeterCounter? queries)
    {
        _stream = stream;
        _reader = new MessageReader(stream);
        _writer = new MessageWriter(stream);
        _pool = pool;
        _keys = keys;
        _queries = queries;
    }

    /// <summary>Serves the client until it leaves.</summary>
    public async Task RunAsync()
    {
        var process = 0;
        try
        {
            process = await GreetAsync().ConfigureAwait(false);
            if (process != 0) await ServeAsync().ConfigureAwait(false);
        }
        catch (RefusedException refused)
        {
            // First nobody else may be writing to the client.
            lock (_gate) _lost = true;
            await LeaveAsync().ConfigureAwait(false);
            await EndAsync(refused.Error).ConfigureAwait(false);
        }
        catch (HyperdriveException failed)
        {
            await EndAsync(new ServerError(ServerError.CannotConnect, failed.Message)).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client is gone, or the server: what it was told, it was told.
        }
        finally
        {
            if (process != 0) _keys.Remove(process);
            await LeaveAsync().ConfigureAwait(false);
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private bool HasServer
    {
        get
        {
            lock (_gate) return _server is not null;
        }
    }

    /// <summary>Cancels what the server does for this client.</summary>
    public Task CancelAsync()
    {
        lock (_gate) return _server is { } server && _replies.IsBusy ? server.CancelAsync() : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    // Returns what the client calls this session when it wants to cancel something, or 0 when it wanted nothing else.
    private async Task<int> GreetAsync()
    {
        while (await _reader.FirstAsync().ConfigureAwait(false))
        {
            var contents = await _reader.PeekAsync(LongestStart).ConfigureAwait(false);
            if (contents.Length < sizeof(int)) throw Refused(ServerError.ProtocolViolation, "The startup message is too short.");
            switch (BinaryPrimitives.ReadInt32BigEndian(contents.Span))
            {
                case MessageType.SslRequest or MessageType.EncryptionRequest:
                    _writer.Byte(No);
                    await _writer.FlushAsync().ConfigureAwait(false);
                    break;
                case MessageType.CancelRequest when contents.Length >= 3 * sizeof(int):
                    await _keys.CancelAsync(BinaryPrimitives.ReadInt32BigEndian(contents.Span[sizeof(int)..]), BinaryPrimitives.ReadInt32BigEndian(contents.Span[(2 * sizeof(int))..])).ConfigureAwait(false);
                    return 0;
                case var version when version >> 16 == MessageType.Protocol3 >> 16:
                    return await WelcomeAsync(version, contents).ConfigureAwait(false);
                default:
                    throw Refused(ServerError.NotSupported, "Only version 3 of PostgreSQL's protocol is supported.");
            }
        }

        return 0;
    }

    private async Task<int> WelcomeAsync(int version, ReadOnlyMemory<byte> start)
    {
        if (Encoding.UTF8.GetString(start.Span[sizeof(int)..]).Split('\0').Contains("replication"))
            throw Refused(ServerError.NotSupported, "Hyperdrive does not support replication connections.");
        await _reader.SkipAsync().ConfigureAwait(false);
        var parameters = await _pool.ParametersAsync(CancellationToken.None).ConfigureAwait(false);

        // A newer minor version with options that nobody here knows.
        if (version != MessageType.Protocol3) _writer.Begin((byte)'v').Int32(0).Int32(0).End();
        _writer.Begin(MessageType.Authentication).Int32(0).End();
        foreach (var (name, value) in parameters) _writer.Begin(MessageType.ParameterStatus).Text(name).Text(value).End();
        var (process, secret) = _keys.Add(this);
        _writer.Begin(MessageType.BackendKeyData).Int32(process).Int32(secret).End();
        _writer.Begin(MessageType.ReadyForQuery).Byte(MessageType.Idle).End();
        await _writer.FlushAsync().ConfigureAwait(false);
        return process;
    }

    private async Task ServeAsync()
    {
        while (await _reader.NextAsync().ConfigureAwait(false))
        {
            if (_reader.Type == MessageType.Terminate)
            {
                await SettleAsync().ConfigureAwait(false);
                lock (_gate) _leaving = true;
                return;
            }

            // What is left of a COPY that has failed.
            if (_reader.Type is MessageType.CopyData or MessageType.CopyDone or MessageType.CopyFail && !HasServer) continue;
            var server = await ServerAsync().ConfigureAwait(false);
            await SendAsync(server).ConfigureAwait(false);
            if (_reader.MustWait) await SettleAsync().ConfigureAwait(false);
        }

        // Without a word: whatever the server still does, nobody wants to know.
        lock (_gate) _lost = true;
    }

    // Sends what was collected. The connection may have been done with meanwhile; nobody else gets it while it is being written to.
    private async ValueTask SettleAsync()
    {
        ServerConnection? writing;
        lock (_gate) writing = _sending ? _server ?? _sent : null;
        if (writing is not null) await writing.Writer.FlushAsync().ConfigureAwait(false);
        ServerConnection? done;
        lock (_gate) (done, _sent, _sending) = (_sent, null, false);
        if (done is not null) _pool.Return(done);
    }

    // Says what is sent in the same breath, so that the connection is not given back in between.
    private async ValueTask<ServerConnection> ServerAsync()
    {
        lock (_gate)
        {
            if (_server is { } mine)
            {
                Announce();
                return mine;
            }
        }

        await SettleAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        var server = await _pool.TakeAsync(CancellationToken.None).ConfigureAwait(false);
        _knowsUnnamed = false;
        lock (_gate)
        {
            _server = server;
            _replies = new PendingReplies();
            Announce();
        }

        _receiving = ReceiveAsync(server);
        return server;
    }

    private void Announce()
    {
        _sending = true;
        switch (_reader.Type)
        {
            case MessageType.Query or MessageType.FunctionCall:
                _replies.Simple();
                _queries?.Add(1);
                break;
            case MessageType.Sync:
                _replies.Sync();
                break;
            case MessageType.CopyData or MessageType.CopyDone or MessageType.CopyFail:
                break;
            default:
                if (_reader.Type == MessageType.Execute) _queries?.Add(1);
                _replies.Extended();
                break;
        }
    }

    private async ValueTask SendAsync(ServerConnection server)
    {
        switch (_reader.Type)
        {
            case MessageType.Parse:
                await ParseAsync(server).ConfigureAwait(false);
                break;
            case MessageType.Bind:
                await BindAsync(server).ConfigureAwait(false);
                break;
            case MessageType.Describe or MessageType.Close:
                await NamedAsync(server).ConfigureAwait(false);
                break;
            case MessageType.Query:
                if (SessionChanges.AreMadeBy((await _reader.PeekAsync(ReadOfQuery).ConfigureAwait(false)).Span)) server.IsChanged = true;
                _knowsUnnamed = false;
                await PassAsync(server).ConfigureAwait(false);
                break;
            case MessageType.Execute or MessageType.Sync or MessageType.Flush or MessageType.FunctionCall or MessageType.CopyData or MessageType.CopyDone or MessageType.CopyFail:
                await PassAsync(server).ConfigureAwait(false);
                break;
            case var other:
                throw Refused(ServerError.ProtocolViolation, $"A client does not send messages of type 0x{other:x2}.");
        }
    }

    private ValueTask PassAsync(ServerConnection server)
    {
        server.Writer.Head(_reader.Type, _reader.Length);
        return _reader.CopyAsync(server.Writer);
    }

    private async ValueTask ParseAsync(ServerConnection server)
    {
        if (_reader.Length > PreparedStatements.MostBytes) throw Refused(ServerError.LimitExceeded, $"A statement of {_reader.Length} bytes is too long; {PreparedStatements.MostBytes} are allowed.");
        var contents = await _reader.PeekAsync(_reader.Length).ConfigureAwait(false);
        var (name, behind) = Name(contents.Span);
        var statement = _statements.Add(name, contents.Span[behind..])
            ?? throw Refused(ServerError.LimitExceeded, "The connection has prepared too many statements. Close those that are not needed.");
        _reader.Take(contents.Length);
        if (statement.ChangesSession) server.IsChanged = true;
        if (name.Length == 0)
        {
            _knowsUnnamed = true;
            _replies.Parse(PendingReplies.Treatment.Pass, () => _knowsUnnamed = false);
            statement.WriteParse(server.Writer, named: false);
        }
        else if (server.Knows(statement.ServerName))
        {
            _replies.Close(PendingReplies.Treatment.PassAsParse);
            WriteClose(server.Writer, Nothing);
        }
        else
        {
            Prepare(server, statement, PendingReplies.Treatment.Pass);
        }
    }

    // Closed before, should one of those that are under way have prepared it.
    private void Prepare(ServerConnection server, PreparedStatements.Statement statement, PendingReplies.Treatment treatment)
    {
        // From here on it counts as known: what follows is answered after it.
        var forgotten = server.Learn(statement.ServerName);
        _replies.Close(PendingReplies.Treatment.Drop);
        WriteClose(server.Writer, statement.ServerName);
        _replies.Parse(treatment, () => server.Forget(statement.ServerName));
        statement.WriteParse(server.Writer, named: true);
        if (forgotten is null) return;
        _replies.Close(PendingReplies.Treatment.Drop);
        WriteClose(server.Writer, forgotten);
    }

    private async ValueTask BindAsync(ServerConnection server)
    {
        var head = await _reader.PeekAsync(LongestName).ConfigureAwait(false);
        var (portal, behindPortal) = Name(head.Span);
        var (name, length) = Name(head.Span[behindPortal..]);
        _reader.Take(behindPortal + length);
        var known = Known(server, name);
        var portalBytes = Encoding.UTF8.GetBytes(portal);
        var nameBytes = Encoding.UTF8.GetBytes(known);
        server.Writer.Head(MessageType.Bind, _reader.Length - behindPortal - length + portalBytes.Length + nameBytes.Length + 2);
        server.Writer.Bytes(portalBytes).Byte(0).Bytes(nameBytes).Byte(0);
        await _reader.CopyAsync(server.Writer).ConfigureAwait(false);
    }

    private async ValueTask NamedAsync(ServerConnection server)
    {
        var type = _reader.Type;
        var contents = await _reader.PeekAsync(LongestName).ConfigureAwait(false);
        var (kind, name) = (contents.Span[0], Name(contents.Span[1..]).Name);
        _reader.Take(contents.Length);
        if (kind == Statement && type == MessageType.Close)
        {
            // The server keeps it, for others.
            if (name.Length > 0) _statements.Remove(name);
            _replies.Close(PendingReplies.Treatment.Pass);
            WriteClose(server.Writer, name.Length == 0 ? "" : Nothing);
            if (name.Length == 0) (_statements.Unnamed, _knowsUnnamed) = (null, false);
            return;
        }

        if (type == MessageType.Close) _replies.Close(PendingReplies.Treatment.Pass);
        server.Writer.Begin(type).Byte(kind).Text(kind == Statement ? Known(server, name) : name).End();
    }

    // The server's name for the client's statement, which it has from here on. What the client has not prepared, the server refuses.
    private string Known(ServerConnection server, string name)
    {
        if (_statements.Find(name) is not { } statement) return name;
        if (statement.ChangesSession) server.IsChanged = true;
        if (name.Length > 0)
        {
            if (!server.Knows(statement.ServerName)) Prepare(server, statement, PendingReplies.Treatment.Drop);
            return statement.ServerName;
        }

        if (_knowsUnnamed) return name;
        _knowsUnnamed = true;
        _replies.Parse(PendingReplies.Treatment.Drop, () => _knowsUnnamed = false);
        statement.WriteParse(server.Writer, named: false);
        return name;
    }

    private async Task ReceiveAsync(ServerConnection server)
    {
        try
        {
            while (await server.Reader.NextAsync().ConfigureAwait(false))
            {
                if (await ReplyAsync(server).ConfigureAwait(false)) return;
                if (server.Reader.MustWait) await _writer.FlushAsync().ConfigureAwait(false);
            }

            throw new EndOfStreamException("The database closed the connection.");
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or InvalidOperationException)
        {
            bool tell;
            lock (_gate)
            {
                tell = _server == server && !_lost;
                if (_server == server) _server = null;
            }

            _pool.Discard(server);
            if (!tell) return;
            await EndAsync(new ServerError(ServerError.ConnectionFailure, "The connection to the database was lost.")).ConfigureAwait(false);
        }
    }

    // True when the connection has been given back.
    private async ValueTask<bool> ReplyAsync(ServerConnection server)
    {
        var reader = server.Reader;
        var type = reader.Type;
        switch (type)
        {
            case MessageType.ParseComplete or MessageType.CloseComplete:
                var treatment = _replies.Completed();
                if (treatment == PendingReplies.Treatment.Drop) return false;
                if (treatment == PendingReplies.Treatment.PassAsParse) type = MessageType.ParseComplete;
                break;
            case MessageType.ErrorResponse:
                _replies.Failed();
                break;
            case MessageType.CopyInResponse:
                _replies.CopyBegins();
                break;
            case MessageType.ParameterStatus:
                server.IsChanged = true;
                break;
            case MessageType.CommandComplete:
                var tag = await reader.PeekAsync(LongestName).ConfigureAwait(false);
                if (SessionChanges.IsLeftBy(tag.Span)) server.IsChanged = true;
                if (SessionChanges.ForgetsStatements(tag.Span)) server.Forget();
                break;
            case MessageType.ReadyForQuery:
                return await ReadyAsync(server).ConfigureAwait(false);
        }

        _writer.Head(type, reader.Length);
        await reader.CopyAsync(_writer).ConfigureAwait(false);
        return false;
    }

    private async ValueTask<bool> ReadyAsync(ServerConnection server)
    {
        var status = (await server.Reader.PeekAsync(1).ConfigureAwait(false)).Span[0];
        await server.Reader.SkipAsync().ConfigureAwait(false);
        bool free, isWrittenTo;
        lock (_gate)
        {
            free = _replies.Ready() && (status == MessageType.Idle || _leaving || _lost);
            if (free) _server = null;
            isWrittenTo = free && _sending && status == MessageType.Idle;
            if (isWrittenTo) _sent = server;
        }

        _writer.Begin(MessageType.ReadyForQuery).Byte(status).End();
        if (!free) return false;

        // Given back before the client knows: it may be waiting for nothing else to end.
        if (status != MessageType.Idle) _pool.Discard(server);
        else if (!isWrittenTo) _pool.Return(server);
        await _writer.FlushAsync().ConfigureAwait(false);
        return true;
    }

    private async Task LeaveAsync()
    {
        ServerConnection? abandoned = null, unsent;
        Task? cancelled = null;
        lock (_gate)
        {
            (unsent, _sent, _sending) = (_sent, null, false);
            var busy = _replies.IsBusy;
            if (_server is { } server && (!_leaving || !busy))
            {
                // In the middle of a transaction, which the server rolls back when the connection is gone.
                (abandoned, _server) = (server, null);
                _lost = true;
                if (busy) cancelled = server.CancelAsync();
            }
        }

        if (cancelled is not null)
        {
            try
            {
                await cancelled.ConfigureAwait(false);
            }
            catch (Exception failed) when (failed is HyperdriveException or IOException or OperationCanceledException or System.Net.Sockets.SocketException)
            {
                // The server notices that the connection is gone when it next writes to it.
            }
        }

        if (unsent is not null) _pool.Discard(unsent);
        abandoned?.Dispose();
        try
        {
            await _receiving.WaitAsync(Patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It said goodbye while a query ran that does not end.
            lock (_gate) (abandoned, _lost) = (_server, true);
            abandoned?.Dispose();
        }
    }

    // Last words.
    private async Task EndAsync(ServerError error)
    {
        try
        {
            error.WriteFatal(_writer);
            await _writer.FlushAsync().ConfigureAwait(false);
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Nobody is there to hear them.
        }
    }

    private static void WriteClose(MessageWriter to, string statement) => to.Begin(MessageType.Close).Byte(Statement).Text(statement).End();

    private static (string Name, int Behind) Name(ReadOnlySpan<byte> contents)
    {
        var end = contents.IndexOf((byte)0);
        if (end < 0) throw Refused(ServerError.ProtocolViolation, $"A name is not ended, or longer than {LongestName} bytes.");
        return (Encoding.UTF8.GetString(contents[..end]), end + 1);
    }

    private static RefusedException Refused(string code, string message) => new(new ServerError(code, message));

    private sealed class RefusedException(ServerError error) : Exception(error.Message)
    {
        public ServerError Error => error;
    }
}
