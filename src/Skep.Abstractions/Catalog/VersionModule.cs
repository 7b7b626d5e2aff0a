using Skep.Abstractions.Workers;

namespace Skep.Abstractions.Catalog;

/// <summary>A module of a stored version.</summary>
/// <param name="Name">The specifier other modules import it by.</param>
/// <param name="Kind">How it is evaluated.</param>
/// <param name="Hash">Where its content is: SHA-256 in lower-case hexadecimal.</param>
/// <param name="Size">Bytes of its content.</param>
/// <param name="SourceMapHash">Where its source map is, when it has one.</param>
public sealed record VersionModule(string Name, ModuleKind Kind, string Hash, long Size, string? SourceMapHash = null);
