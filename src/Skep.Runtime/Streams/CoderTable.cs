using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Streams;

/// <summary>The coders of an isolate. Their memory is not the isolate's, so they have a budget of their own.</summary>
internal sealed class CoderTable
{
    private const int Budget = 128 << 20;

    private readonly HandleTable<Coder> coders = new();
    private int weight;

    public int Add(Coder coder)
    {
        if (weight + coder.Weight > Budget)
        {
            coder.Dispose();
            throw JsException.Range("Too many compression streams are in use at once.");
        }

        weight += coder.Weight;
        return coders.Add(coder);
    }

    public Coder Find(int id) => coders.Find(id) ?? throw JsException.Type("The compression stream belongs to a request that has ended.");

    public void Close(int id)
    {
        if (coders.Remove(id) is not { } coder) return;
        weight -= coder.Weight;
        coder.Dispose();
    }

    /// <summary>Closes what an invocation that ends has left open.</summary>
    public void CloseFor(Invocation invocation)
    {
        if (coders.Count == 0) return;
        foreach (var (id, coder) in coders.ToPairs())
        {
            if (coder.Owner == invocation) Close(id);
        }
    }

    /// <summary>Closes all: the isolate goes.</summary>
    public void Clear()
    {
        if (coders.Count == 0) return;
        foreach (var (id, _) in coders.ToPairs()) Close(id);
    }
}
