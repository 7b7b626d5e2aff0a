using System.Globalization;
using Skep.Abstractions.Workers;

namespace Skep.Configuration;

/// <summary>What the compatibility date decides before a worker runs.</summary>
internal static class CompatibilityDates
{
    /// <summary>The newest date that the runtime knows: the default of a version.</summary>
    public static string Newest { get; } =
        new WorkerVersion { Name = "", Modules = [], MainModule = "" }.CompatibilityDate;

    private const string NodeByDefault = "2026-08-04";
    private const string NavigatorByDefault = "2022-03-21";

    public static bool IsDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>Whether <c>node:*</c> imports exist
    /// (https://developers.cloudflare.com/workers/configuration/compatibility-flags/#nodejs-compatibility-flag).</summary>
    public static bool HasNodeBuiltins(ProjectConfig project) =>
        IsOn(project, "nodejs_compat", "no_nodejs_compat", NodeByDefault) || project.CompatibilityFlags.Contains("nodejs_compat_v2");

    /// <summary>Whether <c>navigator.userAgent</c> is a constant.</summary>
    public static bool HasNavigator(ProjectConfig project) =>
        IsOn(project, "global_navigator", "no_global_navigator", NavigatorByDefault);

    private static bool IsOn(ProjectConfig project, string on, string off, string since) =>
        project.CompatibilityFlags.Contains(on)
        || (!project.CompatibilityFlags.Contains(off) && string.CompareOrdinal(project.CompatibilityDate, since) >= 0);
}
