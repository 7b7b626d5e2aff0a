namespace Skep.Runtime.HtmlRewriting;

/// <summary>An element of foreign content that holds HTML, and the HTML elements open in it: only as the innermost one does its end
/// tag end it.</summary>
internal sealed class IntegrationPoint((ulong Packed, string Name) name)
{
    private readonly List<(ulong Packed, string Name)> open = [];
    private readonly Dictionary<(ulong Packed, string Name), int> counts = [];

    public int Depth => open.Count;

    /// <summary>A tag's name as a key.</summary>
    public static (ulong Packed, string Name) KeyOf(MarkupTag tag, ReadOnlySpan<byte> input) =>
        (tag.Packed, tag.Packed == TagName.None ? System.Text.Encoding.Latin1.GetString(tag.Name(input)).ToLowerInvariant() : "");

    public void Start((ulong Packed, string Name) key)
    {
        open.Add(key);
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }

    /// <summary>True when the end tag ends the integration point itself.</summary>
    public bool End((ulong Packed, string Name) key)
    {
        if (open.Count == 0 && key == name) return true;
        if (counts.GetValueOrDefault(key) == 0) return false;
        for (var closed = false; !closed;)
        {
            var last = open[^1];
            open.RemoveAt(open.Count - 1);
            counts[last]--;
            closed = last == key;
        }

        return false;
    }
}
