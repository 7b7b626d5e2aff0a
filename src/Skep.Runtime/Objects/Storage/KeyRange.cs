using System.Text;
using Skep.V8;

namespace Skep.Runtime.Objects.Storage;

/// <summary>The keys that list options mean: from one, to before another.</summary>
/// <param name="Start">The first that may be among them.</param>
/// <param name="End">The first that is not any more; empty: there is none such.</param>
/// <param name="IsEmpty">No key is among them.</param>
internal readonly record struct KeyRange(byte[] Start, byte[] End, bool IsEmpty)
{
    /// <summary>All keys that a list with these options returns.</summary>
    public static KeyRange Of(JsValue start, JsValue startAfter, JsValue end, JsValue prefix)
    {
        // The key right after one is that with a zero behind it.
        var first = startAfter.Kind == JsKind.String ? [.. Utf8(startAfter), 0] : Utf8(start);
        var last = Utf8(end);
        if (end.Kind == JsKind.String && last.Length == 0) return Nothing;
        var common = Utf8(prefix);
        if (common.Length > 0)
        {
            if (Compare(first, common) < 0) first = common;
            else if (!first.AsSpan().StartsWith(common)) return Nothing;
            if (last.Length > 0 && Compare(last, common) <= 0) return Nothing;
            if (last.Length == 0 || !last.AsSpan().StartsWith(common)) last = After(common);
        }

        return last.Length > 0 && Compare(last, first) <= 0 ? Nothing : new KeyRange(first, last, IsEmpty: false);
    }

    private static KeyRange Nothing => new([], [], IsEmpty: true);

    // Text has no byte 0xff: the last byte can always be one greater.
    private static byte[] After(byte[] prefix)
    {
        byte[] after = [.. prefix];
        after[^1]++;
        return after;
    }

    private static int Compare(byte[] one, byte[] other) => one.AsSpan().SequenceCompareTo(other);

    private static byte[] Utf8(JsValue text) => text.Kind == JsKind.String ? Encoding.UTF8.GetBytes(text.ToString()) : [];
}
