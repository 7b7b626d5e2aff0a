using System.Security.Cryptography;
using System.Text;

namespace Skep.Control.S3;

/// <summary>A signature of a call that was found to be right: what its body is signed on with
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html).</summary>
/// <param name="Key">The key of the day, region and service.</param>
/// <param name="Time">When it was signed, as the client writes it.</param>
/// <param name="Scope">Day, region and service.</param>
/// <param name="Value">The signature.</param>
/// <param name="Payload">What it says of the body: its SHA-256, or how it is signed.</param>
internal sealed record S3Signature(byte[] Key, string Time, string Scope, string Value, string Payload)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";
    public const string Unsigned = "UNSIGNED-PAYLOAD";

    private static readonly string Nothing = Hash([]);

    /// <summary>The key of a day, region and service.</summary>
    public static byte[] DeriveKey(string secret, string day, string region, string service)
    {
        var key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secret), Encoding.UTF8.GetBytes(day));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(region));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(service));
        return HMACSHA256.HashData(key, "aws4_request"u8);
    }

    public static string Sign(byte[] key, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The signature of a piece of the body.</summary>
    /// <param name="previous">That of the piece before, or of the call.</param>
    /// <param name="hash">The piece's SHA-256.</param>
    public string OfChunk(string previous, string hash) => Sign(Key, $"{Algorithm}-PAYLOAD\n{Time}\n{Scope}\n{previous}\n{Nothing}\n{hash}");

    /// <summary>The signature of what follows the body.</summary>
    public string OfTrailer(string previous, string hash) => Sign(Key, $"{Algorithm}-TRAILER\n{Time}\n{Scope}\n{previous}\n{hash}");

    public static bool AreEqual(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
