namespace Skep.Edge.Caching;

/// <summary>Reading a flat list of headers.</summary>
internal static class HeaderFields
{
    /// <summary>The values under a name joined with ", ", or null. The name is in lower case.</summary>
    public static string? Find(IReadOnlyList<string> headers, string name)
    {
        string? found = null;
        for (var i = 0; i + 1 < headers.Count; i += 2)
        {
            if (headers[i] == name) found = found is null ? headers[i + 1] : $"{found}, {headers[i + 1]}";
        }

        return found;
    }

    /// <summary>The members of a comma-separated list.</summary>
    public static IEnumerable<string> Members(string? value) =>
        value is null ? [] : value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
