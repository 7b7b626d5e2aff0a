using System.Collections.Immutable;
using System.Globalization;

namespace Skep.Settings;

/// <summary>What everything is set to. Every value has been found valid.</summary>
/// <param name="Values">By key; a setting that is not among them has its default.</param>
internal sealed record SettingValues(ImmutableSortedDictionary<string, ImmutableArray<string>> Values)
{
    /// <summary>The value, or null when there is none.</summary>
    public string? Find(Setting setting) => Values.TryGetValue(setting.Key, out var values) ? values[^1] : setting.Default;

    /// <summary>The value of a setting that has a default.</summary>
    public string Text(Setting setting) =>
        Find(setting) ?? throw new InvalidOperationException($"The setting \"{setting.Key}\" has no default.");

    /// <summary>A number.</summary>
    public int Integer(Setting setting) => int.Parse(Text(setting), CultureInfo.InvariantCulture);

    /// <summary>A switch.</summary>
    public bool IsOn(Setting setting) => Find(setting) is "true" or "1";

    /// <summary>A list; empty when nothing was said.</summary>
    public ImmutableArray<string> List(Setting setting) => Values.TryGetValue(setting.Key, out var values) ? values : [];

    /// <summary>What a word stands for.</summary>
    public T Choice<T>(Setting setting, IReadOnlyDictionary<string, T> meanings) => meanings[Text(setting)];

    /// <summary>The same without some.</summary>
    public SettingValues Without(params IEnumerable<Setting> settings) => new(Values.RemoveRange(settings.Select(static setting => setting.Key)));

    /// <summary>The same with one value changed.</summary>
    public SettingValues With(Setting setting, string value) => new(Values.SetItem(setting.Key, [value]));
}
