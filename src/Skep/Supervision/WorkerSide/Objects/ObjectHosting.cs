using Skep.Abstractions.Objects;
using Skep.Edge.Routing;
using Skep.Hosting;
using Skep.Storage.Objects;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide.Objects;

/// <summary>The part of a worker process that has Durable Objects: the way to them, and the files of those that are here.</summary>
internal sealed class ObjectHosting : IAsyncDisposable
{
    // What objects take to end that is not their events' own time.
    private static readonly TimeSpan _flushTimeout = TimeSpan.FromSeconds(5);

    private readonly ProcessObjects _objects;
    private readonly SqliteObjectStore _store;

    public ObjectHosting(LinkConnection link, DescriptorSocket arrivals, string folder, WorkerPlatform platform, DeploymentRouter router, Action<Exception> onFailure, TimeProvider time)
    {
        Local = new LocalObjects(router, static _ => throw new NotSupportedException("The clock of alarms is in the supervisor."));
        _objects = new ProcessObjects(link, arrivals, new HostedObjects(Local, platform));
        ObjectStoreOptions options = new(folder) { Alarms = new LinkObjectAlarms(link), OnFailure = onFailure };
        _store = new SqliteObjectStore(options, time);
        Store = new LeasedObjectStore(_store, _objects);
        platform.Connect(_objects);
        _ = platform.HearOfGoneObjectsAsync(_objects.OnEvicted);
    }

    /// <summary>Knows which script has which objects.</summary>
    public LocalObjects Local { get; }

    /// <summary>What objects of this process store.</summary>
    public IObjectStore Store { get; }

    /// <summary>Begins to take events of the supervisor and of other processes.</summary>
    public void Start(LinkHandlers handlers)
    {
        ObjectAnswers.Add(handlers, _objects);
        _objects.Start();
    }

    /// <summary>Deployments have changed.</summary>
    public void OnDeployed() => _objects.OnDeployed();

    /// <summary>Lets go of every object, for others to host; what was answered has left then.</summary>
    public async Task DrainAsync()
    {
        await _objects.DrainAsync();
        try
        {
            await _objects.FlushAsync().WaitAsync(_flushTimeout);
        }
        catch (TimeoutException)
        {
            // Whoever takes nothing for so long is about to end.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _objects.Dispose();
        await _store.DisposeAsync();
    }
}
