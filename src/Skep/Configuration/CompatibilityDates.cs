using System.Globalization;
using Skep.Abstractions.Workers;

namespace Skep.Configuration;

/// <summary>Compatibility dates.</summary>
internal static class CompatibilityDates
{
    /// <summary>The newest date that the runtime knows: the default of a version.</summary>
    public const string Newest = WorkerVersion.NewestCompatibilityDate;

    public static bool IsDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
