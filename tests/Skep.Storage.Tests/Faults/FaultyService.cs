using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Skep.Storage.Tests.Faults;

/// <summary>A service on a disk that fails: it holds things (namespaces, databases…), and they hold texts by name.</summary>
/// <param name="folder">Where its files are.</param>
internal abstract class FaultyService(string folder) : IAsyncDisposable
{
    private static readonly FrozenDictionary<string, Func<string, FaultyService>> Known = new Dictionary<string, Func<string, FaultyService>>
    {
        ["KV"] = folder => new FaultyKv(folder),
        ["D1"] = folder => new FaultyD1(folder),
        ["R2"] = folder => new FaultyR2(folder),
        ["Durable Objects"] = folder => new FaultyObjects(folder),
        ["Queues"] = folder => new FaultyQueues(folder),
        ["Vectorize"] = folder => new FaultyVectors(folder),
        ["Workflows"] = folder => new FaultyWorkflows(folder),
        ["Analytics Engine"] = folder => new FaultyAnalytics(folder),
        ["Catalog"] = folder => new FaultyCatalog(folder),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names of all services.</summary>
    public static TheoryData<string> All => [.. Known.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Those with a file, or a folder, for each thing.</summary>
    public static TheoryData<string> WithFiles => [.. Known.Keys.Where(name => name is not ("Workflows" or "Analytics Engine" or "Catalog")).Order(StringComparer.Ordinal)];

    /// <summary>What the operator was told.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = [];

    /// <summary>What a caller is told with.</summary>
    public abstract Type Refusal { get; }

    /// <summary>Whether what callers are told may name files: no Worker is among them.</summary>
    public virtual bool TellsOperators => false;

    protected string Folder => folder;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Opens a service.</summary>
    public static FaultyService Open(string name, string folder) => Known[name](folder);

    /// <summary>Makes a thing.</summary>
    public abstract Task MakeAsync(string thing);

    /// <summary>Stores a text of so many characters; returns when that is acknowledged.</summary>
    public abstract Task WriteAsync(string thing, string key, int length);

    /// <summary>Whether the text is there, as it was stored.</summary>
    public abstract Task<bool> HasAsync(string thing, string key, int length);

    /// <summary>The database of a thing.</summary>
    public abstract string FileOf(string thing);

    public abstract ValueTask DisposeAsync();

    /// <summary>What is stored by a name.</summary>
    protected static string Text(string key, int length) => string.Concat(Enumerable.Repeat(key + "|", (length / (key.Length + 1)) + 1))[..length];
}
