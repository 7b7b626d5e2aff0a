using System.Runtime.InteropServices;

namespace Skep.Runtime.Crypto;

/// <summary>
/// A digest that takes its input in pieces. Its state is plain memory that the caller keeps, in JavaScript's heap for a
/// DigestStream: it is freed with the stream, whoever forgot it.
/// </summary>
/// <remarks>That is why it uses libcrypto's older functions, which are deprecated in favour of opaque contexts.</remarks>
internal static unsafe partial class RunningDigest
{
    /// <summary>Room for the largest state, SHA512_CTX's 216 bytes.</summary>
    public const int StateSize = 256;

    private const string Library = "libcrypto.so.3";

    public static void Start(HashFunction hash, Span<byte> state)
    {
        fixed (byte* pointer = Checked(state))
        {
            CryptoFailureException.ThrowUnless(1 == hash.Size switch
            {
                16 => MD5_Init(pointer),
                20 => SHA1_Init(pointer),
                32 => SHA256_Init(pointer),
                48 => SHA384_Init(pointer),
                _ => SHA512_Init(pointer),
            });
        }
    }

    public static void Update(HashFunction hash, Span<byte> state, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return;
        fixed (byte* pointer = Checked(state))
        fixed (byte* input = data)
        {
            var length = (nuint)data.Length;
            CryptoFailureException.ThrowUnless(1 == hash.Size switch
            {
                16 => MD5_Update(pointer, input, length),
                20 => SHA1_Update(pointer, input, length),
                32 => SHA256_Update(pointer, input, length),
                48 => SHA384_Update(pointer, input, length),
                _ => SHA512_Update(pointer, input, length),
            });
        }
    }

    public static byte[] Finish(HashFunction hash, Span<byte> state)
    {
        var digest = new byte[hash.Size];
        Finish(hash, state, digest);
        return digest;
    }

    /// <summary>Writes the digest into the front of <paramref name="digest"/>; the number of its bytes.</summary>
    public static int Finish(HashFunction hash, Span<byte> state, Span<byte> digest)
    {
        if (digest.Length < hash.Size)
            throw new ArgumentException("No room for the digest.", nameof(digest));
        fixed (byte* pointer = Checked(state))
        fixed (byte* output = digest)
        {
            CryptoFailureException.ThrowUnless(1 == hash.Size switch
            {
                16 => MD5_Final(output, pointer),
                20 => SHA1_Final(output, pointer),
                32 => SHA256_Final(output, pointer),
                48 => SHA384_Final(output, pointer),
                _ => SHA512_Final(output, pointer),
            });
        }
        return hash.Size;
    }

    private static Span<byte> Checked(Span<byte> state) =>
        state.Length == StateSize ? state : throw new ArgumentException("Not the state of a digest.", nameof(state));

    [LibraryImport(Library)]
    private static partial int MD5_Init(byte* state);

    [LibraryImport(Library)]
    private static partial int MD5_Update(byte* state, byte* data, nuint length);

    [LibraryImport(Library)]
    private static partial int MD5_Final(byte* digest, byte* state);

    [LibraryImport(Library)]
    private static partial int SHA1_Init(byte* state);

    [LibraryImport(Library)]
    private static partial int SHA1_Update(byte* state, byte* data, nuint length);

    [LibraryImport(Library)]
    private static partial int SHA1_Final(byte* digest, byte* state);

    [LibraryImport(Library)]
    private static partial int SHA256_Init(byte* state);

    [LibraryImport(Library)]
    private static partial int SHA256_Update(byte* state, byte* data, nuint length);

    [LibraryImport(Library)]
    private static partial int SHA256_Final(byte* digest, byte* state);

    [LibraryImport(Library)]
    private static partial int SHA384_Init(byte* state);

    [LibraryImport(Library)]
    private static partial int SHA384_Update(byte* state, byte* data, nuint length);

    [LibraryImport(Library)]
    private static partial int SHA384_Final(byte* digest, byte* state);

    [LibraryImport(Library)]
    private static partial int SHA512_Init(byte* state);

    [LibraryImport(Library)]
    private static partial int SHA512_Update(byte* state, byte* data, nuint length);

    [LibraryImport(Library)]
    private static partial int SHA512_Final(byte* digest, byte* state);
}
