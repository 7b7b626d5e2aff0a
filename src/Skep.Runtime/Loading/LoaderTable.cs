using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Loading;

/// <summary>Loaded workers that an isolate's JavaScript knows by number, each for one invocation. Touched only inside the isolate's turns.</summary>
internal sealed class LoaderTable(Worker parent) : IInvocationResources
{
    // A loop that loads would else fill the host's memory, which the isolate's limit does not cover.
    private const int MostOfOne = 1000;

    private readonly Dictionary<int, Entry> entries = [];
    private int lastId;

    /// <summary>What a number stands for.</summary>
    internal sealed record Entry(LoadedWorker Worker, Invocation Owner)
    {
        /// <summary>The loader, and the name that the worker was asked for by; null for one without.</summary>
        public (int Loader, string Name)? Key { get; init; }

        /// <summary>The code, while it is being given.</summary>
        public LoadedCode? Code { get; set; }
    }

    /// <summary>The isolate's.</summary>
    public static LoaderTable Of(WorkerIsolate isolate) => isolate.Resources(static owner => new LoaderTable(owner.Worker));

    /// <summary>Gives a worker that the invocation holds a number.</summary>
    public int Add(LoadedWorker worker, Invocation owner, (int Loader, string Name)? key)
    {
        entries[++lastId] = new Entry(worker, owner) { Key = key };
        return lastId;
    }

    /// <summary>The number of the worker that a name stands for and that the invocation holds already; null when there is none. A Durable Object is one invocation
    /// for as long as it lasts.</summary>
    public int? FindHeld((int Loader, string Name) key, Invocation owner)
    {
        foreach (var (id, entry) in entries)
        {
            if (entry.Key == key && entry.Owner == owner && entry.Worker.IsNamed) return id;
        }

        return null;
    }

    /// <exception cref="JsException">It holds as many as it may.</exception>
    public void CheckRoom(Invocation owner)
    {
        if (entries.Values.Count(entry => entry.Owner == owner) >= MostOfOne)
            throw JsException.Plain($"An invocation can get {MostOfOne} dynamic Workers. Keep one and use it again.");
    }

    /// <summary>The one with this number; null when it has gone with its invocation.</summary>
    public Entry? TryFind(int id) => entries.GetValueOrDefault(id);

    /// <summary>The one with this number.</summary>
    /// <exception cref="JsException">It is another invocation's, or gone with it.</exception>
    public Entry Find(int id, Invocation asking) =>
        entries.TryGetValue(id, out var entry) && entry.Owner == asking ? entry : throw JsException.Plain(WorkerIsolate.ForeignInvocation);

    /// <inheritdoc/>
    public void CloseFor(Invocation invocation)
    {
        if (entries.Count == 0) return;
        foreach (var (id, entry) in entries.Where(pair => pair.Value.Owner == invocation).ToArray())
        {
            entries.Remove(id);
            LoadedWorkers.Of(parent).Release(entry.Worker, invocation);
        }
    }
}
