using System.Collections.Concurrent;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Scheduling;
using Skep.Abstractions.Workers;

namespace Skep.Hosting;

/// <summary>Durable Objects whose only host is this process: each is with the script that has its class.</summary>
/// <param name="workers">Who answers for a script.</param>
internal sealed class LocalObjects(IServiceDirectory workers) : IObjectDirectory, IAlarmTarget
{
    private readonly ConcurrentDictionary<string, string> _scripts = new(StringComparer.Ordinal);

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
