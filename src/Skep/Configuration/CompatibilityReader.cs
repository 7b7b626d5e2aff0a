using System.Collections.Immutable;
using System.Globalization;
using Skep.Abstractions.Compatibility;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>Reads <c>compatibility_date</c> and <c>compatibility_flags</c>.</summary>
internal static class CompatibilityReader
{
    /// <summary>The date; the newest known when there is none, or none that can be used.</summary>
    public static string Date(ConfigSection section, List<Diagnostic> diagnostics)
    {
        if (section.String("compatibility_date") is not { } date)
        {
            if (!section.Has("compatibility_date"))
            {
                diagnostics.Add(Diagnostic.Warning(
                    "There is no \"compatibility_date\": the newest behaviour applies, and will change with every update",
                    new SourcePosition(section.Node.Position.File),
                    $"Add \"compatibility_date\": \"{CompatibilityDates.Newest}\"."));
            }

            return CompatibilityDates.Newest;
        }

        if (!CompatibilityDates.IsDate(date))
        {
            diagnostics.Add(Diagnostic.Error(
                $"\"compatibility_date\" must be a date like \"{CompatibilityDates.Newest}\", but is \"{date}\"", section.PositionOf("compatibility_date")));
            return CompatibilityDates.Newest;
        }

        var today = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (string.CompareOrdinal(date, today) > 0)
        {
            diagnostics.Add(Diagnostic.Error(
                $"Can't set compatibility date in the future: \"{date}\". Today's date (UTC) is \"{today}\"", section.PositionOf("compatibility_date"),
                $"Use \"compatibility_date\": \"{CompatibilityDates.Newest}\"."));
            return CompatibilityDates.Newest;
        }

        if (string.CompareOrdinal(date, CompatibilityDates.Newest) <= 0) return date;
        diagnostics.Add(Diagnostic.Warning(
            $"\"compatibility_date\" {date} is newer than {CompatibilityDates.Newest}, the newest that this Skep knows and that applies instead",
            section.PositionOf("compatibility_date")));
        return CompatibilityDates.Newest;
    }

    /// <summary>The flags as given. Of unknown ones there is a warning: they may be newer than this program.</summary>
    public static ImmutableArray<string> Flags(ConfigSection section, List<Diagnostic> diagnostics)
    {
        var given = section.Strings("compatibility_flags");
        var position = section.PositionOf("compatibility_flags");
        Dictionary<CompatibilityFlag, string> known = [];
        foreach (var name in given)
        {
            if (CompatibilityFlags.Find(name) is not { } flag)
            {
                var meant = Spelling.Nearest(name, CompatibilityFlags.Names);
                diagnostics.Add(Diagnostic.Warning(
                    $"No such compatibility flag: {name}", position,
                    meant is null ? "Remove it, or see docs/compatibility-flags.md for those there are." : $"Did you mean \"{meant}\"?"));
            }
            else if (!known.TryAdd(flag, name))
            {
                diagnostics.Add(Diagnostic.Error(
                    known[flag] == name ? $"Compatibility flag specified multiple times: {name}" : $"Compatibility flags are mutually contradictory: {known[flag]} vs {name}",
                    position, "Keep one of them."));
            }
        }

        return given;
    }
}
