using System.Diagnostics.CodeAnalysis;

namespace Skep.Runtime.Objects;

/// <summary>Events that no instance of an object has, in the order in which they came: what an instance gives back was there before all that
/// has come since it left.</summary>
internal sealed class WaitingEvents
{
    private readonly Queue<ObjectEvent> returned = new();
    private readonly Queue<ObjectEvent> come = new();

    /// <summary>How many there are.</summary>
    public int Count => returned.Count + come.Count;

    /// <summary>One comes.</summary>
    public void Add(ObjectEvent given) => come.Enqueue(given);

    /// <summary>An instance gives one back; it does so in their order.</summary>
    public void Return(ObjectEvent given) => returned.Enqueue(given);

    /// <summary>Takes the first.</summary>
    public bool TryTake([MaybeNullWhen(false)] out ObjectEvent first) => returned.TryDequeue(out first) || come.TryDequeue(out first);

    /// <summary>All, first to last; they stay.</summary>
    public IEnumerable<ObjectEvent> All => returned.Concat(come);
}
