namespace Skep.Control.Uploads;

/// <summary>One file of an upload.</summary>
/// <param name="Name">The part's name: the module's specifier.</param>
/// <param name="ContentType">Says what kind of module it is.</param>
internal sealed record UploadedPart(string Name, string ContentType, ReadOnlyMemory<byte> Content);
