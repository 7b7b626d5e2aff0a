using Skep.Abstractions.Catalog;

namespace Skep.Hosting;

/// <summary>The host names at which versions answer that need not be deployed
/// (https://developers.cloudflare.com/workers/configuration/previews/): the beginning of the version's id, and the alias that it was
/// uploaded with. An alias is the newest version's that has it.</summary>
internal static class PreviewHosts
{
    /// <summary>How many of the newest versions have previews.</summary>
    public const int Versions = 100;

    private const string AliasAnnotation = "workers/alias";
    private const int IdDigits = 8;

    /// <param name="versions">Newest first.</param>
    public static IEnumerable<(string Label, string VersionId)> Of(IReadOnlyList<ScriptVersion> versions) =>
        versions.Select(version => (version.Id[..IdDigits], version.Id))
            .Concat(versions.Where(version => version.Annotations.ContainsKey(AliasAnnotation)).Select(version => (version.Annotations[AliasAnnotation], version.Id)))
            .DistinctBy(preview => preview.Item1, StringComparer.OrdinalIgnoreCase);
}
