using System.Net.Sockets;
using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Metering;

namespace Skep.Edge.Postgres;

/// <summary>A worker's connection to a pool. It speaks PostgreSQL's protocol and has one of the pool's connections from the first
/// message of a transaction until the server says that there is none any more.</summary>
internal sealed class ClientSession : IDisposable
{
    // What tells whether they change the session.
    private const int ReadOfQuery = 64 << 10;
    private const int ReadOfTag = 8 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly ServerPool _pool;
    private readonly CancelKeys _keys;
    private readonly MeterCounter? _queries;
    private readonly MessageReader _reader;
    private readonly MessageWriter _writer;
    private readonly Stream _stream;
    private readonly StatementRelay _statements;
    private PendingReplies _replies = new();
    private ServerConnection? _server;
    private Task _receiving = Task.CompletedTask;
    private bool _sending;
    private ServerConnection? _sent;
    private bool _leaving;
    private bool _lost;

    public ClientSession(Stream stream, ServerPool pool, CancelKeys keys, MeterCounter? queries)
    {
        _stream = stream;
        _reader = new MessageReader(stream);
        _writer = new MessageWriter(stream);
        _statements = new StatementRelay(_reader);
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
            process = await new ClientGreeting(_reader, _writer, _pool, _keys).GreetAsync(this).ConfigureAwait(false);
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
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException or SocketException)
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
        _statements.ForgetUnnamed();
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
                await _statements.ParseAsync(server, _replies).ConfigureAwait(false);
                break;
            case MessageType.Bind:
                await _statements.BindAsync(server, _replies).ConfigureAwait(false);
                break;
            case MessageType.Describe or MessageType.Close:
                await _statements.NamedAsync(server, _replies).ConfigureAwait(false);
                break;
            case MessageType.Query:
                if (SessionChanges.AreMadeBy((await _reader.PeekAsync(ReadOfQuery).ConfigureAwait(false)).Span)) server.IsChanged = true;
                _statements.ForgetUnnamed();
                await PassAsync(server).ConfigureAwait(false);
                break;
            case MessageType.Execute or MessageType.Sync or MessageType.Flush or MessageType.FunctionCall or MessageType.CopyData or MessageType.CopyDone or MessageType.CopyFail:
                await PassAsync(server).ConfigureAwait(false);
                break;
            case var other:
                throw new RefusedException(ServerError.ProtocolViolation, $"A client does not send messages of type 0x{other:x2}.");
        }
    }

    private ValueTask PassAsync(ServerConnection server)
    {
        server.Writer.Head(_reader.Type, _reader.Length);
        return _reader.CopyAsync(server.Writer);
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
                var tag = await reader.PeekAsync(ReadOfTag).ConfigureAwait(false);
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
        var status = (await server.Reader.PeekAsync(most: 1, least: 1).ConfigureAwait(false)).Span[0];
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
            catch (Exception failed) when (failed is HyperdriveException or IOException or OperationCanceledException or SocketException)
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
}
