using Skep.Abstractions.Assets;

namespace Skep.Edge.Assets;

/// <summary>The bytes of an asset: in memory, or still in their file.</summary>
/// <param name="Coding">How they are coded.</param>
/// <param name="Length">How many there are.</param>
/// <param name="Bytes">All of them, when they are in memory.</param>
/// <param name="Stream">Where they can be read, when they are not.</param>
/// <param name="ETag">Its entity tag: weak for a coded body, which has the same content in other bytes.</param>
/// <param name="WasCached">True when they were in memory before they were asked for.</param>
internal readonly record struct AssetBody(AssetCoding Coding, long Length, ReadOnlyMemory<byte> Bytes, Stream? Stream, string ETag, bool WasCached);
