using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Skep.Edge.Forwarding;

/// <summary>Reads the header of the PROXY protocol, versions 1 and 2 (https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt).</summary>
internal static class ProxyHeaderParser
{
    /// <summary>The longest header that is accepted, its extensions included.</summary>
    public const int Longest = 4096;

    private const int LongestText = 107;
    private const int BinaryHead = 16;
    private const int Local = 0;
    private const int Proxied = 1;

    private static ReadOnlySpan<byte> BinarySignature => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> TextSignature => "PROXY "u8;

    /// <summary>Reads what a connection begins with. Null when more bytes are needed.</summary>
    /// <exception cref="FormatException">It is no PROXY header.</exception>
    public static ProxyHeader? Parse(ReadOnlySpan<byte> bytes)
    {
        if (StartsLike(bytes, BinarySignature))
            return bytes.Length < BinaryHead ? null : ParseBinary(bytes);
        if (StartsLike(bytes, TextSignature))
            return ParseText(bytes);
        throw new FormatException("the connection does not begin with a PROXY header");
    }

    private static bool StartsLike(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature)
    {
        int length = Math.Min(bytes.Length, signature.Length);
        return bytes[..length].SequenceEqual(signature[..length]);
    }

    private static ProxyHeader? ParseText(ReadOnlySpan<byte> bytes)
    {
        int end = bytes[..Math.Min(bytes.Length, LongestText)].IndexOf("\r\n"u8);
        if (end < 0)
            return bytes.Length < LongestText ? null : throw new FormatException("the PROXY line does not end");
        string line = Encoding.Latin1.GetString(bytes[..end]);
        string[] parts = line.Split(' ');
        if (parts.Length >= 2 && parts[1] == "UNKNOWN")
            return new ProxyHeader(end + 2, null, null);
        AddressFamily family = parts.Length == 6 ? parts[1] switch
        {
            "TCP4" => AddressFamily.InterNetwork,
            "TCP6" => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unknown,
        } : AddressFamily.Unknown;
        if (family != AddressFamily.Unknown && EndPoint(parts[2], parts[4], family) is { } source && EndPoint(parts[3], parts[5], family) is { } destination)
            return new ProxyHeader(end + 2, source, destination);
        throw new FormatException($"the PROXY line is malformed: {line}");
    }

    private static IPEndPoint? EndPoint(string address, string port, AddressFamily family) =>
        IPAddress.TryParse(address, out IPAddress? parsed) && parsed.AddressFamily == family
        && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)
            ? new IPEndPoint(parsed, number)
            : null;

    private static ProxyHeader? ParseBinary(ReadOnlySpan<byte> bytes)
    {
        int command = bytes[12] & 0xf;
        if (bytes[12] >> 4 != 2 || command > Proxied)
            throw new FormatException("the PROXY header has an unknown version or command");
        int length = BinaryHead + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (length > Longest)
            throw new FormatException($"the PROXY header has {length} bytes, more than {Longest}");
        if (bytes.Length < length)
            return null;
        int addressLength = (bytes[13] >> 4) switch { 1 => 4, 2 => 16, _ => 0 };
        if (command == Local || addressLength == 0)
            return new ProxyHeader(length, null, null);
        ReadOnlySpan<byte> addresses = bytes[BinaryHead..length];
        if (addresses.Length < (2 * addressLength) + 4)
            throw new FormatException("the PROXY header is too short for its addresses");
        ReadOnlySpan<byte> ports = addresses[(2 * addressLength)..];
        return new ProxyHeader(
            length,
            new IPEndPoint(new IPAddress(addresses[..addressLength]), BinaryPrimitives.ReadUInt16BigEndian(ports)),
            new IPEndPoint(new IPAddress(addresses.Slice(addressLength, addressLength)), BinaryPrimitives.ReadUInt16BigEndian(ports[2..])));
    }
}
