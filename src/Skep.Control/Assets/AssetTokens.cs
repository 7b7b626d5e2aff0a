using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Skep.Control.Assets;

/// <summary>The two secrets of an upload of assets: one to upload with, and one that is given when everything is there. The second follows from the
/// first, so that neither has to be kept.</summary>
internal static class AssetTokens
{
    private const string Prefix = "skep_assets_";

    /// <summary>A new secret to upload with.</summary>
    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The secret that says everything is there.</summary>
    public static string CompletionOf(string uploadToken) =>
        Prefix + Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(uploadToken), "completion"u8));

    /// <summary>What is stored of either.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
