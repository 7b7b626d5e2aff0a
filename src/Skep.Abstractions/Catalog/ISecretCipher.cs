namespace Skep.Abstractions.Catalog;

/// <summary>Encrypts secrets before they are stored. What was encrypted for one purpose cannot be decrypted for another.</summary>
public interface ISecretCipher
{
    /// <summary>Encrypts a secret.</summary>
    /// <param name="text">The secret.</param>
    /// <param name="purpose">What it is for, e.g. script and name; needed again to decrypt it.</param>
    byte[] Encrypt(string text, string purpose);

    /// <summary>Decrypts what <see cref="Encrypt"/> made.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Another key, another purpose, or damaged.</exception>
    string Decrypt(ReadOnlySpan<byte> encrypted, string purpose);
}
