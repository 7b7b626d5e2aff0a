namespace Skep.Edge.Assets;

/// <summary>https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3</summary>
internal static class AcceptedCodings
{
    /// <summary>True when the header's value has the coding, or a star, with a weight that is not zero.</summary>
    public static bool Include(string acceptEncoding, string coding)
    {
        bool any = false;
        foreach (Range range in acceptEncoding.AsSpan().Split(','))
        {
            ReadOnlySpan<char> item = acceptEncoding.AsSpan()[range].Trim();
            int end = item.IndexOf(';');
            ReadOnlySpan<char> name = (end < 0 ? item : item[..end]).TrimEnd();
            if (name.Equals(coding, StringComparison.OrdinalIgnoreCase)) return end < 0 || !IsZero(item[(end + 1)..]);
            any |= name is "*" && (end < 0 || !IsZero(item[(end + 1)..]));
        }

        return any;
    }

    private static bool IsZero(ReadOnlySpan<char> parameters)
    {
        parameters = parameters.Trim();
        return parameters.StartsWith("q=", StringComparison.OrdinalIgnoreCase) && !parameters[2..].ContainsAnyExcept("0.");
    }
}
