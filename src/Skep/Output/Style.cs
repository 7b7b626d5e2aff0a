namespace Skep.Output;

/// <summary>Colours of a terminal, or none when the output is not one.</summary>
internal sealed class Style(bool colours)
{
    /// <summary>Colours for a stream, unless it is redirected or the user asked for none (https://no-color.org).</summary>
    public static Style For(bool redirected) =>
        new(!redirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb");

    /// <summary>False for plain text.</summary>
    public bool HasColours => colours;

    public string Dim(string text) => Wrap(text, "2");

    public string Bold(string text) => Wrap(text, "1");

    public string Red(string text) => Wrap(text, "31");

    public string Green(string text) => Wrap(text, "32");

    public string Yellow(string text) => Wrap(text, "33");

    public string Cyan(string text) => Wrap(text, "36");

    private string Wrap(string text, string code) => colours && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
