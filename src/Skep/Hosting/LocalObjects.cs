using System.Collections.Concurrent;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Scheduling;
using Skep.Abstractions.Workers;

namespace Skep.Hosting;

/// <summary>Durable Objects whose only host is this process: each is with the script that has its class.</summary>
/// <param name="workers">Who answers for a script.</param>
/// <param name="folders">What objects of the project in a folder store.</param>
internal sealed class LocalObjects(IServiceDirectory workers, Func<string, ObjectStorageFolder> folders) : IObjectDirectory, IAlarmTarget, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ObjectStorageFolder> _clocks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _scripts = new(StringComparer.Ordinal);

    /// <summary>Has the platform's versions find objects here, and those be woken.</summary>
    public void Serve(WorkerPlatform platform)
    {
        platform.Connect(this);
        platform.OnObjectClasses = (version, root) =>
        {
            Set(version.Name, version.ObjectClasses.Select(each => each.NamespaceId));
            return StartClockAsync(root);
        };
    }

    /// <summary>Has the objects of the project in a folder be woken.</summary>
    public async Task StartClockAsync(string root)
    {
        var folder = folders(root);
        if (_clocks.TryAdd(root, folder)) await folder.StartClockAsync(this);
    }

    /// <summary>Wakes nobody any more.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var folder in _clocks.Values) await folder.StopClockAsync();
    }

    /// <summary>A script has these classes, as its migrations say.</summary>
    public void Set(string script, IEnumerable<string> namespaceIds)
    {
        foreach (var id in namespaceIds) _scripts[id] = script;
    }

    /// <summary>The worker that has the object's class; null when none is in service.</summary>
    public IServedWorker? Find(ObjectAddress address) =>
        _scripts.TryGetValue(address.NamespaceId, out var script) ? workers.Find(script, null) : null;

    /// <inheritdoc/>
    public ValueTask<IServedWorker> FindAsync(ObjectAddress address) => Find(address) is { } found ? new(found) : throw Missing(address);

    /// <inheritdoc/>
    public async Task<AlarmResult?> RunAsync(AlarmEvent alarmEvent)
    {
        while (Find(alarmEvent.Object) is { } served)
        {
            if (!served.TryEnter()) continue;
            Task<AlarmResult> run;
            try
            {
                run = served.Worker.AlarmAsync(alarmEvent);
            }
            finally
            {
                served.Leave();
            }

            return await run;
        }

        return null;
    }

    private ObjectUnavailableException Missing(ObjectAddress address) => new(
        new WorkerError(
            WorkerErrorCode.Exception,
            _scripts.TryGetValue(address.NamespaceId, out var script)
                ? $"Error: The Durable Object's class is the Worker \"{script}\"'s, which is not deployed. Deploy it, or remove the binding."
                : "Error: No Worker has the Durable Object's class. Was it deleted by a migration?"),
        retryable: false);
}
