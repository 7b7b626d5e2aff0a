using System.Buffers;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Sockets;

/// <summary>A TCP connection of a worker's, from its <c>connect()</c> on. Its writes go out in the order they were made, and what
/// waits of them is bounded: who writes faster is made to wait.</summary>
internal sealed class WorkerSocket(Invocation owner, string host, int port, bool secure)
{
    // Bytes that may wait for the connection before the writer does.
    private const int Window = 64 << 10;

    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private Task<SocketConnection>? opening;
    private Task lastWrite = Task.CompletedTask;
    private int waiting;
    private bool closed;
    private bool reading;

    public Invocation Owner => owner;

    /// <summary>Connects; the task fails as the channel does.</summary>
    public void Open(ISubrequestChannel channel)
    {
        TaskCompletionSource<SocketConnection> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        opening = opened.Task;
        // Nobody may ever ask how it went.
        _ = opening.ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
        owner.Send(error =>
        {
            if (error is null) owner.Connections.Enter(() => _ = ConnectAsync(channel, opened));
            else opened.SetException(new SubrequestException(error.Message));
        });
    }

    /// <summary>The open connection.</summary>
    public Task<SocketConnection> OpenedAsync() => opening!;

    /// <summary>The next bytes; none at the end, or after this side closed the socket.</summary>
    public async Task<ArraySegment<byte>> ReadAsync(int most)
    {
        reading = true;
        var buffer = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var connection = await opening!.ConfigureAwait(false);
            var count = await connection.Stream.ReadAsync(buffer.AsMemory(0, most), closing.Token).ConfigureAwait(false);
            return new ArraySegment<byte>(buffer, 0, count);
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            return new ArraySegment<byte>(buffer, 0, 0);
        }
        finally
        {
            reading = false;
        }
    }

    /// <summary>Sends bytes behind those before. False when the writer should wait until <paramref name="done"/>.</summary>
    public bool Write(ReadOnlySpan<byte> bytes, out Task done)
    {
        var copy = bytes.ToArray();
        Interlocked.Add(ref waiting, copy.Length);
        done = Chain(async connection =>
        {
            await connection.Stream.WriteAsync(copy, closing.Token).ConfigureAwait(false);
            Interlocked.Add(ref waiting, -copy.Length);
        });
        return done.IsCompletedSuccessfully || (Volatile.Read(ref waiting) < Window && !done.IsFaulted);
    }

    /// <summary>Nothing more will be written.</summary>
    public Task EndWritingAsync() => Chain(static connection => connection.EndWritingAsync().AsTask());

    /// <summary>Encrypts the connection, behind what was written before.</summary>
    /// <exception cref="JsException">A read is under way, which would take the handshake's bytes for the worker's.</exception>
    public Task<SocketConnection> StartTlsAsync(string? serverName)
    {
        if (reading) throw JsException.Type("The socket is being read. Wait for the read to end before startTls().");
        var encrypted = Chain(connection => connection.StartTlsAsync(serverName, closing.Token).AsTask());
        return opening = AwaitAsync(encrypted, opening!);

        static async Task<SocketConnection> AwaitAsync(Task encrypted, Task<SocketConnection> opening)
        {
            await encrypted.ConfigureAwait(false);
            return await opening.ConfigureAwait(false);
        }
    }

    /// <summary>Closes the connection once what was written has gone out.</summary>
    public async Task CloseAsync()
    {
        Task writing;
        lock (gate) writing = lastWrite;
        var departure = DepartureAsync();
        try
        {
            await departure.ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whoever wrote was told; closed it is either way.
        }

        Abort();
    }

    /// <summary>Closes the connection at once.</summary>
    public void Abort()
    {
        lock (gate)
        {
            if (closed) return;
            closed = true;
        }

        closing.Cancel();
        _ = DisposeAsync(opening!);
    }

    private static async Task DisposeAsync(Task<SocketConnection> opening)
    {
        try
        {
            await (await opening.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It never opened, or was broken already: whoever uses it was told so.
        }
    }

    private Task Chain(Func<SocketConnection, Task> action)
    {
        var departure = DepartureAsync();
        lock (gate)
        {
            return lastWrite = RunAsync(lastWrite, departure, opening!, action);
        }

        static async Task RunAsync(Task before, Task departure, Task<SocketConnection> opening, Func<SocketConnection, Task> action)
        {
            await before.ConfigureAwait(false);
            await departure.ConfigureAwait(false);
            await action(await opening.ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    /// <summary>Completes when what is sent now may leave; is cancelled when it never may.</summary>
    private Task DepartureAsync()
    {
        if (owner.Output is not { IsLocked: true } output) return Task.CompletedTask;
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        output.Send(error =>
        {
            if (error is null) open.SetResult();
            else open.SetCanceled();
        });
        return open.Task;
    }

    private async Task ConnectAsync(ISubrequestChannel channel, TaskCompletionSource<SocketConnection> opened)
    {
        try
        {
            opened.SetResult(await channel.ConnectAsync(host, port, secure, closing.Token).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            // A channel describes what the network did: whatever else fails is ours, and must not be told as a connection that broke.
            opened.SetException(exception is SubrequestException or ILostConnection || closing.IsCancellationRequested
                ? exception
                : new InvalidOperationException($"The connection to {host}:{port} could not be asked for.", exception));
        }

        owner.Connections.Leave();
    }
}
