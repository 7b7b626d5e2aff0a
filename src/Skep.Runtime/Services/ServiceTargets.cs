using Skep.Abstractions.Rpc;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Services;

/// <summary>Targets that an isolate's JavaScript knows by number. Each belongs to the invocation that got it, or to all of the
/// isolate. Touched only inside the isolate's turns.</summary>
internal sealed class ServiceTargets : IInvocationResources
{
    // A loop that gets stubs would else fill the host's memory, which the isolate's limit does not cover.
    private const int MostOfOne = 10_000;

    private readonly Dictionary<int, Entry> entries = [];
    private readonly Dictionary<Invocation, List<int>> ofInvocations = [];
    private readonly Dictionary<(Invocation Owner, string Key), int> given = [];
    private int lastId;

    private readonly record struct Entry(ServiceTarget Target, Invocation? Owner, string? Key = null);

    /// <summary>The isolate's.</summary>
    public static ServiceTargets Of(WorkerIsolate isolate) => isolate.Resources(static _ => new ServiceTargets());

    /// <summary>Gives a target a number, for one invocation.</summary>
    public int Add(ServiceTarget target, Invocation owner)
    {
        if (!ofInvocations.TryGetValue(owner, out var all)) ofInvocations[owner] = all = [];
        if (all.Count == MostOfOne) throw JsException.Plain($"An invocation can get {MostOfOne} stubs of other Workers. Keep one and use it again.");
        all.Add(++lastId);
        entries[lastId] = new Entry(target, owner);
        return lastId;
    }

    /// <summary>Gives a target a number, for as long as the isolate lasts.</summary>
    public int Add(ServiceTarget target)
    {
        entries[++lastId] = new Entry(target, null);
        return lastId;
    }

    /// <summary>The number of what a stub leads to that an invocation was given. It gets one however often it is given the stub.</summary>
    public int Add(RpcService service, Invocation owner)
    {
        var key = (owner, service.Key);
        if (given.TryGetValue(key, out var known)) return known;
        var id = Add(ReferredTarget.Of(owner.Isolate.Worker, service), owner);
        entries[id] = entries[id] with { Key = service.Key };
        return given[key] = id;
    }

    /// <summary>The target with this number, which is not needed any more.</summary>
    public ServiceTarget Take(int id, Invocation asking)
    {
        var target = Find(id, asking);
        entries.Remove(id);
        var all = ofInvocations[asking];
        all.RemoveAt(all.LastIndexOf(id));
        return target;
    }

    /// <summary>The target with this number.</summary>
    /// <exception cref="JsException">It is another invocation's, or gone with it.</exception>
    public ServiceTarget Find(int id, Invocation asking) =>
        entries.TryGetValue(id, out var entry) && (entry.Owner is null || entry.Owner == asking) ? entry.Target : throw JsException.Plain(WorkerIsolate.ForeignInvocation);

    /// <inheritdoc/>
    public void CloseFor(Invocation invocation)
    {
        if (!ofInvocations.Remove(invocation, out var all)) return;
        foreach (var id in all)
        {
            if (entries.Remove(id, out var entry) && entry.Key is { } key) given.Remove((invocation, key));
        }
    }
}
