using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Skep.Abstractions.Events;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>Reads the flat header array of a response. Names and values repeat from response to response: a small table keeps
/// their .NET strings.</summary>
internal static class HeaderReader
{
    private const int Longest = 96;
    private const int TableSize = 1024;

    [ThreadStatic]
    private static string?[]? known;

    /// <summary>Gives the headers to the response, but for <c>Content-Encoding</c>; what they say of the body.</summary>
    public static DeclaredBody Copy(JsValue headers, FetchEvent response)
    {
        DeclaredBody declared = default;
        if (headers.Length <= JsArray.Few)
        {
            JsArray.Buffer buffer = default;
            var items = headers.Read(ref buffer);
            for (var i = 0; i + 1 < items.Count; i += 2) Add(response, Text(items[i]), Text(items[i + 1]), ref declared);
            return declared;
        }

        var all = headers.ToStringArray();
        for (var i = 0; i + 1 < all.Length; i += 2) Add(response, all[i], all[i + 1], ref declared);
        return declared;
    }

    private static void Add(FetchEvent response, string name, string value, ref DeclaredBody declared)
    {
        if (name == "content-encoding")
        {
            declared.Coding = declared.Coding is null ? value : $"{declared.Coding}, {value}";
            return;
        }

        response.AddHeader(name, value);
        if (name == "content-length" && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)) declared.Length = parsed;
    }

    [SkipLocalsInit]
    private static string Text(JsValue value)
    {
        var length = value.Length;
        if (length is 0 or > Longest || !value.IsOneByte) return value.ToString();
        Span<byte> bytes = stackalloc byte[Longest];
        bytes = bytes[..value.CopyLatin1(bytes)];
        uint hash = 2166136261;
        foreach (var b in bytes) hash = (hash ^ b) * 16777619;
        ref var slot = ref (known ??= new string?[TableSize])[hash & (TableSize - 1)];
        if (slot is { } text && text.Length == bytes.Length && Ascii.Equals(bytes, text)) return text;
        return slot = Encoding.Latin1.GetString(bytes);
    }
}
