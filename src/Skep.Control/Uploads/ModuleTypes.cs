using System.Collections.Frozen;
using Skep.Abstractions.Workers;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>Content types of modules (https://developers.cloudflare.com/workers/configuration/multipart-upload-metadata/).</summary>
internal static class ModuleTypes
{
    public const string SourceMap = "application/source-map";

    private static readonly FrozenDictionary<string, ModuleKind> Kinds = new Dictionary<string, ModuleKind>
    {
        ["application/javascript+module"] = ModuleKind.EsModule,
        ["text/javascript+module"] = ModuleKind.EsModule,
        ["application/javascript"] = ModuleKind.CommonJs,
        ["text/javascript"] = ModuleKind.CommonJs,
        ["application/wasm"] = ModuleKind.CompiledWasm,
        ["text/plain"] = ModuleKind.Text,
        ["application/json"] = ModuleKind.Json,
        ["application/octet-stream"] = ModuleKind.Data,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ApiException">There is no such kind of module, or Skep does not have it.</exception>
    public static ModuleKind Of(UploadedPart part)
    {
        var type = Bare(part.ContentType);
        if (Kinds.TryGetValue(type, out var kind)) return kind;
        throw type.StartsWith("text/x-python", StringComparison.OrdinalIgnoreCase)
            ? ApiException.NotThere($"The module \"{part.Name}\" is Python")
            : ApiException.Invalid($"The module \"{part.Name}\" has the content type \"{part.ContentType}\"; known are {string.Join(", ", Kinds.Keys)}.");
    }

    public static bool IsSourceMap(UploadedPart part) => Bare(part.ContentType).Equals(SourceMap, StringComparison.OrdinalIgnoreCase);

    private static string Bare(string contentType) => contentType.Split(';')[0].Trim();
}
