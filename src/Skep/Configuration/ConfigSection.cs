using System.Collections.Immutable;
using System.Globalization;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>Typed reading of one object of a configuration. A value of the wrong kind is reported and counts as absent, so that
/// one run reports every mistake.</summary>
internal sealed class ConfigSection(ConfigObject node, string path, ICollection<Diagnostic> diagnostics)
{
    public ConfigObject Node => node;

    public bool Has(string name) => node.Find(name) is { Value: not ConfigNull };

    public string? String(string name) => Get<ConfigString>(name, "a string")?.Value;

    public bool? Boolean(string name) => Get<ConfigBoolean>(name, "true or false")?.Value;

    /// <summary>A whole number of at least <paramref name="minimum"/>.</summary>
    public long? Integer(string name, long minimum)
    {
        if (Get<ConfigNumber>(name, "a number") is not { } number) return null;
        if (long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum)
        {
            return value;
        }

        diagnostics.Add(Diagnostic.Error(
            $"\"{Full(name)}\" must be a whole number of at least {minimum}, but is {number.Text}", number.Position));
        return null;
    }

    /// <summary>An array of strings; empty when absent.</summary>
    public ImmutableArray<string> Strings(string name)
    {
        if (Get<ConfigArray>(name, "an array of strings") is not { } array) return [];
        return [.. array.Items.Select((item, index) => Text(item, $"{Full(name)}[{index}]")).OfType<string>()];
    }

    /// <summary>A string or an array of them.</summary>
    public ImmutableArray<string> OneOrMoreStrings(string name) =>
        node.Find(name)?.Value is ConfigString single ? [single.Value] : Strings(name);

    /// <summary>An object whose values are strings.</summary>
    public ImmutableSortedDictionary<string, string> StringMap(string name)
    {
        if (Get<ConfigObject>(name, "an object") is not { } map) return ImmutableSortedDictionary<string, string>.Empty;
        var result = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var member in map.Members)
        {
            if (Text(member.Value, $"{Full(name)}.{member.Name}") is { } text) result[member.Name] = text;
        }

        return result.ToImmutable();
    }

    /// <summary>A nested object whose keys are all among <paramref name="known"/>.</summary>
    public ConfigSection? Section(string name, params ReadOnlySpan<string> known)
    {
        if (Get<ConfigObject>(name, "an object") is not { } inner) return null;
        var section = new ConfigSection(inner, Full(name), diagnostics);
        section.WarnAboutUnknown(known.ToArray());
        return section;
    }

    /// <summary>The objects of an array, each with keys among <paramref name="known"/>.</summary>
    public IEnumerable<ConfigSection> Sections(string name, params string[] known)
    {
        if (Get<ConfigArray>(name, "an array of objects") is not { } array) yield break;
        for (var i = 0; i < array.Items.Length; i++)
        {
            if (array.Items[i] is ConfigObject item)
            {
                var section = new ConfigSection(item, $"{Full(name)}[{i}]", diagnostics);
                section.WarnAboutUnknown(known);
                yield return section;
            }
            else
            {
                WrongKind($"{Full(name)}[{i}]", "an object", array.Items[i]);
            }
        }
    }

    /// <summary>Reports a required key that is absent.</summary>
    public void Require(string name, string remedy)
    {
        if (!Has(name)) diagnostics.Add(Diagnostic.Error($"\"{Full(name)}\" is missing", node.Position, remedy));
    }

    public void WarnAboutUnknown(IReadOnlyCollection<string> known)
    {
        foreach (var member in node.Members.Where(member => !known.Contains(member.Name)))
        {
            var meant = Spelling.Nearest(member.Name, known);
            diagnostics.Add(Diagnostic.Warning(
                $"Unknown key \"{Full(member.Name)}\", which is ignored",
                member.Position,
                meant is null ? null : $"Did you mean \"{meant}\"?"));
        }
    }

    public SourcePosition PositionOf(string name) => node.Find(name)?.Value.Position ?? node.Position;

    public string Full(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private T? Get<T>(string name, string expected)
        where T : ConfigNode
    {
        switch (node.Find(name)?.Value)
        {
            case null or ConfigNull:
                return null;
            case T value:
                return value;
            case var other:
                WrongKind(Full(name), expected, other);
                return null;
        }
    }

    private string? Text(ConfigNode item, string name)
    {
        if (item is ConfigString text) return text.Value;
        WrongKind(name, "a string", item);
        return null;
    }

    private void WrongKind(string name, string expected, ConfigNode actual) =>
        diagnostics.Add(Diagnostic.Error($"\"{name}\" must be {expected}, but is {actual.KindWithArticle}", actual.Position));
}
