namespace Skep.Edge.Triggers;

/// <summary>The query of a trigger endpoint.</summary>
internal static class TriggerQuery
{
    /// <summary>Its pairs, decoded.</summary>
    public static IEnumerable<(string Name, string Value)> Read(string pathAndQuery)
    {
        int start = pathAndQuery.IndexOf('?');
        if (start < 0)
            yield break;
        foreach (string pair in pathAndQuery[(start + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=');
            string name = equals < 0 ? pair : pair[..equals];
            string value = equals < 0 ? "" : pair[(equals + 1)..];
            yield return (Decode(name), Decode(value));
        }
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
