using System.Buffers.Binary;
using System.Numerics;

namespace Skep.Edge.Caching;

/// <summary>CRC-32C, which processors compute (https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4): against accidents, not against malice.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) sum = BitOperations.Crc32C(sum, b);
        return ~sum;
    }
}
