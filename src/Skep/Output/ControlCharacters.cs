namespace Skep.Output;

/// <summary>Text from outside (a request's path, a worker's log) must not steer the terminal.</summary>
internal static class ControlCharacters
{
    /// <summary>The text with control characters made visible; line breaks and tabs stay when <paramref name="lines"/>.</summary>
    public static string Escape(string text, bool lines)
    {
        return text.Any(Steers) ? string.Concat(text.Select(c => Steers(c) ? $"\\x{(int)c:x2}" : c.ToString())) : text;

        bool Steers(char c) => char.IsControl(c) && !(lines && c is '\n' or '\t');
    }
}
