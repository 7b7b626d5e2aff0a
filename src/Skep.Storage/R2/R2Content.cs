using Skep.Abstractions.R2;

namespace Skep.Storage.R2;

/// <summary>Content that has come in.</summary>
/// <param name="Bytes">It, when it is short enough for the database.</param>
/// <param name="Blob">Else its file, on the disk.</param>
/// <param name="Size">Its length.</param>
/// <param name="Checksums">Its checksums.</param>
internal sealed record R2Content(ReadOnlyMemory<byte> Bytes, string? Blob, long Size, R2Checksums Checksums);
