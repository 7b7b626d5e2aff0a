using System.Security.Cryptography;
using System.Text;
using Skep.Storage.Secrets;
using Skep.Testing;

namespace Skep.Storage.Tests.Secrets;

public sealed class FileKeyCipherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "secrets.key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_secret_is_readable_with_the_key_of_the_same_file()
    {
        byte[] encrypted;
        using (var cipher = FileKeyCipher.Open(File)) encrypted = cipher.Encrypt("pässword", "a/b");
        Assert.DoesNotContain("ssword", Encoding.UTF8.GetString(encrypted), StringComparison.Ordinal);
        using var again = FileKeyCipher.Open(File);
        Assert.Equal("pässword", again.Decrypt(encrypted, "a/b"));
    }

    [Fact]
    public void It_is_good_for_its_purpose_only()
    {
        using var cipher = FileKeyCipher.Open(File);
        var encrypted = cipher.Encrypt("x", "worker-a/KEY");
        Assert.ThrowsAny<CryptographicException>(() => cipher.Decrypt(encrypted, "worker-b/KEY"));
    }

    [Fact]
    public void A_changed_byte_is_noticed()
    {
        using var cipher = FileKeyCipher.Open(File);
        var encrypted = cipher.Encrypt("x", "p");
        for (var i = 0; i < encrypted.Length; i++)
        {
            var damaged = encrypted.ToArray();
            damaged[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => cipher.Decrypt(damaged, "p"));
        }

        Assert.ThrowsAny<CryptographicException>(() => cipher.Decrypt(encrypted.AsSpan(0, 10), "p"));
    }

    [Fact]
    public void The_same_text_never_looks_the_same()
    {
        using var cipher = FileKeyCipher.Open(File);
        Assert.NotEqual(cipher.Encrypt("x", "p"), cipher.Encrypt("x", "p"));
    }

    [Fact]
    public void Any_number_of_threads_may_use_it_at_once()
    {
        using var cipher = FileKeyCipher.Open(File);
        var text = new string('x', 10_000);
        Parallel.For(0, 5_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var purpose = $"worker/{i}";
            Assert.Equal(text, cipher.Decrypt(cipher.Encrypt(text, purpose), purpose));
        });
    }

    [Fact]
    public void Only_the_owner_may_read_the_key()
    {
        FileKeyCipher.Open(File).Dispose();
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void A_file_that_is_no_key_is_named()
    {
        System.IO.File.WriteAllText(File, "short");
        Assert.Contains(File, Assert.Throws<InvalidDataException>(() => FileKeyCipher.Open(File)).Message, StringComparison.Ordinal);
    }
}
