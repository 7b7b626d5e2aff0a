using System.Buffers.Binary;
using System.Net;

namespace Skep.Edge.Transport;

/// <summary>The kernel's form of addresses (<c>sockaddr_in</c>, <c>sockaddr_in6</c>).</summary>
internal static unsafe class SocketAddresses
{
    /// <summary>Bytes that the longest needs.</summary>
    public const int Size = 28;

    public const int InterNetwork = 2;
    public const int InterNetworkV6 = 10;

    /// <summary>The address, null when it is of another family.</summary>
    public static IPEndPoint? Read(byte* address, int length)
    {
        var bytes = new ReadOnlySpan<byte>(address, Math.Min(length, Size));
        if (bytes.Length < 8)
            return null;
        int port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return *(ushort*)address switch
        {
            InterNetwork => new IPEndPoint(new IPAddress(bytes.Slice(4, 4)), port),
            InterNetworkV6 when bytes.Length == Size => new IPEndPoint(new IPAddress(bytes.Slice(8, 16), *(uint*)(address + 24)), port),
            _ => null,
        };
    }

    /// <summary>The address that a socket was connected to.</summary>
    public static IPEndPoint? Local(int descriptor)
    {
        byte* address = stackalloc byte[Size];
        int length = Size;
        return LibC.getsockname(descriptor, address, &length) == 0 ? Read(address, length) : null;
    }
}
