using System.Collections.Frozen;

namespace Skep.Abstractions.Compatibility;

/// <summary>The compatibility flags there are, and which of them a Worker has.</summary>
public static class CompatibilityFlags
{
    private static readonly FrozenDictionary<string, CompatibilityFlag> ByName = Named().ToFrozenDictionary(StringComparer.Ordinal);

    // What a flag is implied by comes before it.
    private static readonly CompatibilityFlag[] InOrder = Ordered();

    /// <summary>All flags, by name.</summary>
    public static IReadOnlyList<CompatibilityFlag> All { get; } =
        [.. NodeFlags.All.Concat(WebFlags.All).Concat(ProductFlags.All).Concat(PythonFlags.All).OrderBy(flag => flag.Enable, StringComparer.Ordinal)];

    /// <summary>Every name that a configuration may have.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The flag with this name, whether it switches it on or off; null when there is none.</summary>
    public static CompatibilityFlag? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The enable-names of the flags that are on at a date with these flags. Unknown names are ignored.</summary>
    /// <param name="date"><c>yyyy-mm-dd</c>.</param>
    /// <param name="given">What the configuration says.</param>
    public static IReadOnlySet<string> On(string date, IEnumerable<string> given)
    {
        HashSet<string> names = new(given, StringComparer.Ordinal);
        HashSet<string> on = new(StringComparer.Ordinal);
        foreach (var flag in InOrder)
        {
            if (names.Contains(flag.Enable) || (!IsOff(flag, names) && (IsSince(flag.Since, date) || IsImplied(flag, date, on)))) on.Add(flag.Enable);
        }

        return on;
    }

    private static bool IsOff(CompatibilityFlag flag, HashSet<string> names) => flag.Disable is { } name && names.Contains(name);

    private static bool IsSince(string? since, string date) => since is not null && string.CompareOrdinal(date, since) >= 0;

    private static bool IsImplied(CompatibilityFlag flag, string date, HashSet<string> on) =>
        IsSince(flag.ImpliedSince, date) && flag.ImpliedBy.Any(on.Contains);

    private static IEnumerable<KeyValuePair<string, CompatibilityFlag>> Named()
    {
        foreach (var flag in NodeFlags.All.Concat(WebFlags.All).Concat(ProductFlags.All).Concat(PythonFlags.All))
        {
            yield return new(flag.Enable, flag);
            if (flag.Disable is { } name) yield return new(name, flag);
        }
    }

    private static CompatibilityFlag[] Ordered()
    {
        List<CompatibilityFlag> order = [];
        HashSet<CompatibilityFlag> placed = [];
        foreach (var flag in ByName.Values.OrderBy(flag => flag.Enable, StringComparer.Ordinal)) Place(flag);
        return [.. order];

        void Place(CompatibilityFlag flag)
        {
            if (!placed.Add(flag)) return;
            foreach (var name in flag.ImpliedBy) Place(ByName[name]);
            order.Add(flag);
        }
    }
}
