using System.Runtime.InteropServices;

namespace Skep.Runtime.Email;

/// <summary>Messages as streams.</summary>
internal static class ContentStream
{
    public static MemoryStream Of(ReadOnlyMemory<byte> content) => MemoryMarshal.TryGetArray(content, out var segment)
        ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
        : new MemoryStream(content.ToArray(), writable: false);
}
