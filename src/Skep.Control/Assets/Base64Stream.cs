using System.Security.Cryptography;

namespace Skep.Control.Assets;

/// <summary>The bytes that a stream has in Base64.</summary>
internal static class Base64Stream
{
    /// <summary>Reading fails with <see cref="FormatException"/> where it is not Base64.</summary>
    public static Stream Over(Stream base64) =>
        new CryptoStream(base64, new FromBase64Transform(FromBase64TransformMode.DoNotIgnoreWhiteSpaces), CryptoStreamMode.Read, leaveOpen: true);
}
