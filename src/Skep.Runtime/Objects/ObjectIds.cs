using System.Security.Cryptography;
using System.Text;

namespace Skep.Runtime.Objects;

/// <summary>Ids of a namespace's objects: 16 bytes, random or made of a name, and 16 that prove that the namespace made the first
/// (https://developers.cloudflare.com/durable-objects/api/id/).</summary>
internal static class ObjectIds
{
    private const int Bytes = 32;
    private const int Base = 16;

    /// <summary>The id that a name always has.</summary>
    public static string FromName(string namespaceId, string? jurisdiction, string name)
    {
        var key = KeyOf(namespaceId, jurisdiction);
        Span<byte> id = stackalloc byte[Bytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(name), id);
        return Seal(key, id);
    }

    /// <summary>An id that nothing else has.</summary>
    public static string New(string namespaceId, string? jurisdiction)
    {
        Span<byte> id = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(id[..Base]);
        return Seal(KeyOf(namespaceId, jurisdiction), id);
    }

    /// <summary>Whether the namespace, with this jurisdiction, made the id: 64 hexadecimal digits in lower case.</summary>
    public static bool IsOf(string namespaceId, string? jurisdiction, string text)
    {
        Span<byte> id = stackalloc byte[Bytes];
        if (Convert.FromHexString(text, id, out _, out var written) != System.Buffers.OperationStatus.Done || written != Bytes) return false;
        Span<byte> mac = stackalloc byte[Bytes];
        HMACSHA256.HashData(KeyOf(namespaceId, jurisdiction), id[..Base], mac);
        return CryptographicOperations.FixedTimeEquals(id[Base..], mac[..Base]);
    }

    private static string Seal(byte[] key, Span<byte> id)
    {
        Span<byte> mac = stackalloc byte[Bytes];
        HMACSHA256.HashData(key, id[..Base], mac);
        mac[..Base].CopyTo(id[Base..]);
        return Convert.ToHexStringLower(id);
    }

    private static byte[] KeyOf(string namespaceId, string? jurisdiction) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(jurisdiction is null ? namespaceId : $"{namespaceId}\n{jurisdiction}"));
}
