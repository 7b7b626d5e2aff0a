using System.Globalization;
using Skep.Configuration;

namespace Skep.Settings;

/// <summary>What values a setting takes. All are kept as text; lists as several texts.</summary>
internal abstract class SettingType
{
    /// <summary>What the value is called in the help; null for a switch, whose flag takes none.</summary>
    public abstract string? Placeholder { get; }

    /// <summary>What is expected, for messages: <c>must be …</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>True when there may be several.</summary>
    public virtual bool IsList => false;

    /// <summary>The text as it is meant in a configuration file: paths are relative to its folder.</summary>
    public virtual string Resolve(string text, string folder) => text;

    /// <summary>Whether the text is such a value.</summary>
    public abstract bool Accepts(string text);

    /// <summary>The text of a value in a configuration file; null when it is of another kind.</summary>
    public abstract string? FromFile(ConfigNode value);

    /// <summary>Any text.</summary>
    internal sealed class Text(string placeholder, bool isList = false) : SettingType
    {
        public override string? Placeholder => placeholder;

        public override string Expected => isList ? "a string or an array of strings" : "a string";

        public override bool IsList => isList;

        public override bool Accepts(string text) => text.Length > 0;

        public override string? FromFile(ConfigNode value) => (value as ConfigString)?.Value;
    }

    /// <summary>A file or folder.</summary>
    /// <param name="placeholder">What it is called.</param>
    /// <param name="isList">True when there may be several.</param>
    /// <param name="word">A text that is no path.</param>
    internal sealed class FilePath(string placeholder, bool isList = false, string? word = null) : SettingType
    {
        public override string? Placeholder => placeholder;

        public override string Expected => isList ? "a path or an array of paths" : "a path";

        public override bool IsList => isList;

        public override bool Accepts(string text) => text.Length > 0;

        public override string Resolve(string text, string folder) => text == word ? text : Path.GetFullPath(text, folder);

        public override string? FromFile(ConfigNode value) => (value as ConfigString)?.Value;
    }

    /// <summary>On or off.</summary>
    internal sealed class Switch : SettingType
    {
        public override string? Placeholder => null;

        public override string Expected => "true or false";

        public override bool Accepts(string text) => text is "true" or "false" or "1" or "0";

        public override string? FromFile(ConfigNode value) => value is ConfigBoolean { Value: var isOn } ? (isOn ? "true" : "false") : null;
    }

    /// <summary>A whole number within limits.</summary>
    internal sealed class Integer(string placeholder, long minimum, long maximum, bool isList = false) : SettingType
    {
        public override string? Placeholder => placeholder;

        public override string Expected => $"a whole number from {minimum} to {maximum}{(isList ? ", or an array of them" : "")}";

        public override bool IsList => isList;

        public override bool Accepts(string text) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum;

        public override string? FromFile(ConfigNode value) => (value as ConfigNumber)?.Text;
    }

    /// <summary>A part of the whole.</summary>
    internal sealed class Share(string placeholder) : SettingType
    {
        public override string? Placeholder => placeholder;

        public override string Expected => "a number from 0 to 1";

        public override bool Accepts(string text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1;

        public override string? FromFile(ConfigNode value) => (value as ConfigNumber)?.Text;
    }

    /// <summary>One of some words.</summary>
    internal sealed class Choice(string placeholder, params IEnumerable<string> words) : SettingType
    {
        private readonly string[] _words = [.. words];

        public override string? Placeholder => placeholder;

        public override string Expected => $"one of {string.Join(", ", _words)}";

        public override bool Accepts(string text) => _words.Contains(text, StringComparer.Ordinal);

        public override string? FromFile(ConfigNode value) => (value as ConfigString)?.Value;
    }
}
