using Skep.Runtime.HtmlRewriting.Selectors;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>The documents that an isolate is rewriting, and the selectors it has compiled. Their memory is not the isolate's, so
/// they have a budget of their own.</summary>
internal sealed class HtmlDocumentTable
{
    private const int Budget = 128 << 20;
    private const int MostPrograms = 64;

    private readonly HandleTable<OwnedDocument> documents = new();
    private readonly Dictionary<string, SelectorProgram> programs = [];
    private long weight;

    public int Add(HtmlDocument document, Invocation? owner)
    {
        if (documents.Count >= 1 << 12) throw JsException.Range("Too many documents are rewritten at once.");
        return documents.Add(new OwnedDocument(document, owner));
    }

    public HtmlDocument Find(int id) => documents.Find(id)?.Document ?? throw JsException.Type("The document belongs to a request that has ended.");

    /// <summary>Adds input to a document, within the budget.</summary>
    public void Write(int id, ReadOnlySpan<byte> input)
    {
        var document = Find(id);
        var before = document.Weight;
        if (weight + input.Length > Budget) throw new MarkupException("The memory limit has been exceeded.");
        document.Write(input);
        weight += document.Weight - before;
    }

    public void Close(int id)
    {
        if (documents.Remove(id) is not { } owned) return;
        weight -= owned.Document.Weight;
        owned.Document.Dispose();
    }

    /// <summary>Closes what an invocation that ends has left open.</summary>
    public void CloseFor(Invocation invocation)
    {
        if (documents.Count == 0) return;
        foreach (var (id, owned) in documents.ToPairs())
        {
            if (owned.Owner == invocation) Close(id);
        }
    }

    /// <summary>Closes all: the isolate goes.</summary>
    public void Clear()
    {
        if (documents.Count == 0) return;
        foreach (var (id, _) in documents.ToPairs()) Close(id);
    }

    /// <summary>The program of these selectors. Workers make the same rewriter for each request.</summary>
    public SelectorProgram Compile(string[] selectors, string encodingName, MarkupEncoding encoding)
    {
        var key = $"{encodingName} {string.Join(' ', selectors.Select(selector => $"{selector.Length}:{selector}"))}";
        if (programs.TryGetValue(key, out var known)) return known;
        var program = SelectorProgram.Compile(selectors, encoding);
        if (programs.Count >= MostPrograms) programs.Clear();
        if (key.Length < 4096) programs[key] = program;
        return program;
    }

    private sealed record OwnedDocument(HtmlDocument Document, Invocation? Owner);
}
