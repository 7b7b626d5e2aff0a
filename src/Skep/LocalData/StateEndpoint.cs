using Skep.Hosting;
using Skep.Supervision;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.LocalData;

/// <summary>Where a process answers commands about the data of a project that it has open: a socket in the folder of the data.</summary>
internal sealed class StateEndpoint : IDisposable
{
    /// <summary>What the socket is called.</summary>
    public const string SocketName = "commands.sock";

    private static readonly Dictionary<StateService, Action<StateFolders, string, LinkHandlers>> _services = new()
    {
        [StateService.Kv] = (state, root, handlers) => new KvHandlers(state.Kv(root)).AddTo(handlers),
        [StateService.D1] = (state, root, handlers) => new D1TransferHandlers(state.D1(root)).AddTo(new D1Handlers(state.D1(root)).AddTo(handlers)),
        [StateService.R2] = (state, root, handlers) => new R2Handlers(state.R2(root)).AddTo(handlers),
    };

    private readonly NamedSocket _socket;
    private readonly StateFolders _state;
    private readonly string _root;
    private readonly string _path;
    private readonly Lock _gate = new();
    private readonly HashSet<LinkConnection> _open = [];
    private readonly Thread _thread;
    private bool _disposed;

    /// <param name="state">What it is asked for.</param>
    /// <param name="root">The project's folder.</param>
    public StateEndpoint(StateFolders state, string root)
    {
        (_state, _root) = (state, root);
        var folder = StateFolders.Of(root);
        _path = Path.Combine(folder, SocketName);
        _socket = NamedSocket.Listen(folder, SocketName);
        _thread = new Thread(Accept) { IsBackground = true, Name = "skep commands" };
        _thread.Start();
    }

    /// <summary>Answers no more; what is under way is broken off.</summary>
    public void Dispose()
    {
        LinkConnection[] open;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            open = [.. _open];
        }

        // Whoever wants an empty project may have removed the folder.
        if (File.Exists(_path)) File.Delete(_path);
        _socket.ShutDown();
        _thread.Join();
        _socket.Dispose();
        foreach (var connection in open) connection.Dispose();
    }

    private void Accept()
    {
        while (_socket.Accept() is { } accepted)
        {
            LinkConnection connection = new(accepted, Handlers(), "commands");
            lock (_gate)
            {
                if (_disposed)
                {
                    connection.Dispose();
                    accepted.Dispose();
                    return;
                }

                _open.Add(connection);
            }

            connection.Closed.ContinueWith(
                _ =>
                {
                    lock (_gate) _open.Remove(connection);
                },
                TaskScheduler.Default);
            connection.Start();
        }

        // Whoever comes later is refused, and not kept waiting.
        _socket.ShutDown();
    }

    // A service is opened when it is asked for: a project without buckets gets no folder of them.
    private LinkHandlers Handlers()
    {
        LinkHandlers handlers = new();
        return handlers.On<StateQuestion>(LinkMethod.OpenState, asked =>
        {
            if (asked.Protocol != LinkRecords.Protocol) throw new LinkException("The running `skep dev` is of another version of Skep than this command: start it anew.");
            _services[asked.Service](_state, _root, handlers);
            return Task.CompletedTask;
        });
    }
}
