using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Skep.Control.Auth;

/// <summary>The secret of an API token: 32 random bytes, so that a plain hash of it is enough to keep.</summary>
public static class TokenSecret
{
    private const string Prefix = "skep_";

    /// <summary>A new secret.</summary>
    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is stored of it.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
