using Skep.Abstractions.R2;

namespace Skep.Storage.R2;

/// <summary>An object and where its content is.</summary>
/// <param name="Object">The object.</param>
/// <param name="Blob">The file that the content is.</param>
/// <param name="Bytes">Or the content.</param>
/// <param name="Parts">Or the files that it is together.</param>
internal sealed record R2Found(R2Object Object, string? Blob, byte[]? Bytes, IReadOnlyList<R2Piece>? Parts);
