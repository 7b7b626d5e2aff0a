using Skep.Abstractions.D1;
using Skep.Abstractions.Kv;
using Skep.Abstractions.R2;
using Skep.Hosting;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.WorkerSide;

namespace Skep.LocalData;

/// <summary>A part of a project's data as a command has it: its own while nobody else has it open, and otherwise asked for of the
/// <c>skep dev</c> that has. D1's history and R2's folders are good for one process at a time.</summary>
internal sealed class OpenState : IAsyncDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private readonly IAsyncDisposable? _own;
    private readonly IDisposable _end;

    private OpenState(IDisposable end, IAsyncDisposable? own = null) => (_end, _own) = (end, own);

    /// <summary>The KV namespaces, when they were asked for.</summary>
    public IKvStore Kv { get => field ?? throw NotAskedFor(); private init; }

    /// <summary>The D1 databases, when they were asked for.</summary>
    public ID1Store D1 { get => field ?? throw NotAskedFor(); private init; }

    /// <summary>The same for files of SQL.</summary>
    public ID1Transfer D1Files { get => field ?? throw NotAskedFor(); private init; }

    /// <summary>The R2 buckets, when they were asked for.</summary>
    public IR2Store R2 { get => field ?? throw NotAskedFor(); private init; }

    /// <summary>Opens it.</summary>
    /// <param name="root">The project's folder.</param>
    /// <param name="service">What is asked for.</param>
    /// <param name="patience">How long another command may have it open.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidOperationException">Another process has it open, and cannot be asked.</exception>
    public static async Task<OpenState> OpenAsync(string root, StateService service, TimeSpan patience, CancellationToken cancellation)
    {
        var folder = StateFolders.Of(root);
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(_pause, cancellation))
        {
            // First the one that answers: a mark that is taken for a moment only would hold up a server that starts.
            if (NamedSocket.TryConnect(folder, StateEndpoint.SocketName) is { } socket) return await AskAsync(socket, service, cancellation);
            if (ServerMark.TrySet(folder) is { } mark) return Own(root, service, mark);
            if (TimeProvider.System.GetElapsedTime(began) > patience)
                throw new InvalidOperationException($"Process {ServerMark.Find(folder)} has the data in {folder} open, and does not answer. Wait for it, or end it.");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_own is not null) await _own.DisposeAsync();
        _end.Dispose();
    }

    private static OpenState Own(string root, StateService service, ServerMark mark)
    {
        // What a file's failure is, the command that it befalls says.
        StateFolders state = new(_ => { });
        return service switch
        {
            StateService.Kv => new OpenState(mark, state) { Kv = state.Kv(root) },
            StateService.D1 => new OpenState(mark, state) { D1 = state.D1(root), D1Files = state.D1(root) },
            _ => new OpenState(mark, state) { R2 = state.R2(root) },
        };
    }

    private static async Task<OpenState> AskAsync(LinkSocket socket, StateService service, CancellationToken cancellation)
    {
        LinkConnection link = new(socket, new LinkHandlers(), "commands");
        link.Start();
        try
        {
            await link.CallAsync(LinkMethod.OpenState, new LinkMessage(LinkRecords.Write(new StateQuestion(LinkRecords.Protocol, service))), cancellation);
        }
        catch
        {
            link.Dispose();
            throw;
        }

        return new OpenState(link) { Kv = new LinkKvStore(link), D1 = new LinkD1Store(link), D1Files = new LinkD1Transfer(link), R2 = new LinkR2Store(link) };
    }

    private static InvalidOperationException NotAskedFor() => new("This part of the project's data was not asked for.");
}
