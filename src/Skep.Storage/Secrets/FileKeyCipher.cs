using System.Security.Cryptography;
using System.Text;
using Skep.Abstractions.Catalog;

namespace Skep.Storage.Secrets;

/// <summary>AES-256-GCM with a key from a file that only its owner may read. The purpose is authenticated, so that a secret cannot
/// be moved to another place of the database.</summary>
public sealed class FileKeyCipher : ISecretCipher, IDisposable
{
    private const byte Format = 1;
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    // AesGcm has one context of OpenSSL's, which two threads at once would spoil for each other.
    private readonly Lock _gate = new();
    private readonly AesGcm _aes;

    private FileKeyCipher(byte[] key) => _aes = new AesGcm(key, TagBytes);

    /// <summary>Reads the key, or makes one when there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is no key.</exception>
    public static FileKeyCipher Open(string path)
    {
        if (!File.Exists(path)) Create(path);
        var text = File.ReadAllText(path).Trim();
        var key = new byte[KeyBytes];
        return Convert.TryFromBase64String(text, key, out var length) && length == KeyBytes
            ? new FileKeyCipher(key)
            : throw new InvalidDataException($"{path} is no key: it must hold {KeyBytes} bytes in Base64. Restore it from a backup; secrets stored with it are lost otherwise.");
    }

    /// <inheritdoc/>
    public byte[] Encrypt(string text, string purpose)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var result = new byte[1 + NonceBytes + TagBytes + plain.Length];
        result[0] = Format;
        var nonce = result.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        lock (_gate) _aes.Encrypt(nonce, plain, result.AsSpan(1 + NonceBytes + TagBytes), result.AsSpan(1 + NonceBytes, TagBytes), Encoding.UTF8.GetBytes(purpose));
        CryptographicOperations.ZeroMemory(plain);
        return result;
    }

    /// <inheritdoc/>
    public string Decrypt(ReadOnlySpan<byte> encrypted, string purpose)
    {
        if (encrypted.Length < 1 + NonceBytes + TagBytes || encrypted[0] != Format)
            throw new CryptographicException($"The secret of {purpose} is damaged, or was stored by a newer version.");
        var plain = new byte[encrypted.Length - 1 - NonceBytes - TagBytes];
        lock (_gate) _aes.Decrypt(encrypted.Slice(1, NonceBytes), encrypted[(1 + NonceBytes + TagBytes)..], encrypted.Slice(1 + NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(purpose));
        return Encoding.UTF8.GetString(plain);
    }

    /// <inheritdoc/>
    public void Dispose() => _aes.Dispose();

    // Written whole under another name first: a key cut short by a crash would be worse than none.
    private static void Create(string path)
    {
        var temporary = $"{path}.{Environment.ProcessId}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(temporary, options))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: false);
    }
}
