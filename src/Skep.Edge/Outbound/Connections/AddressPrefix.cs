using System.Net;

namespace Skep.Edge.Outbound.Connections;

/// <summary>The first bits of an address. <see cref="IPNetwork"/> would do, but it takes IPv4-mapped addresses for IPv4 ones
/// where the guard must see exactly the bytes that it is given.</summary>
internal readonly struct AddressPrefix
{
    private readonly byte[] _bytes;
    private readonly int _length;

    private AddressPrefix(byte[] bytes, int length)
    {
        _bytes = bytes;
        _length = length;
    }

    /// <summary>Reads <c>address/length</c>.</summary>
    public static AddressPrefix Parse(string text)
    {
        int slash = text.IndexOf('/');
        return new AddressPrefix(IPAddress.Parse(text.AsSpan(0, slash)).GetAddressBytes(), int.Parse(text.AsSpan(slash + 1)));
    }

    /// <summary>True when <paramref name="address"/> is of the same family and begins with these bits.</summary>
    public bool Contains(ReadOnlySpan<byte> address)
    {
        if (address.Length != _bytes.Length)
            return false;
        (int whole, int rest) = (_length / 8, _length % 8);
        if (!address[..whole].SequenceEqual(_bytes.AsSpan(0, whole)))
            return false;
        return rest == 0 || (address[whole] ^ _bytes[whole]) >> (8 - rest) == 0;
    }
}
