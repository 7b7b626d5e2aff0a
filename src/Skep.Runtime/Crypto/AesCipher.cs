using System.Buffers.Binary;

namespace Skep.Runtime.Crypto;

/// <summary>The AES modes of Web Crypto over EVP. Key sizes are checked by the caller. A null result is a refused input.</summary>
internal static unsafe class AesCipher
{
    private const int Block = 16;

    private static readonly ModeCiphers Cbc = new("CBC");
    private static readonly ModeCiphers Ctr = new("CTR");
    private static readonly ModeCiphers Gcm = new("GCM");
    private static readonly ModeCiphers Wrap = new("WRAP");

    /// <summary>CBC with PKCS#7 padding; null when the padding is wrong.</summary>
    public static byte[]? TransformCbc(bool encrypt, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data)
    {
        using var cipher = new Context(Cbc.ForKey(key), encrypt, key, iv);
        var output = new byte[data.Length + Block];
        var written = cipher.Update(output, data);
        var rest = cipher.TryFinish(output.AsSpan(written));
        if (rest < 0)
            return null;
        Array.Resize(ref output, written + rest);
        return output;
    }

    /// <summary>CTR whose counter is the last <paramref name="counterBits"/> bits of the block; the bits before stay as they are.</summary>
    public static byte[] TransformCtr(ReadOnlySpan<byte> key, ReadOnlySpan<byte> counter, int counterBits, ReadOnlySpan<byte> data)
    {
        var output = new byte[data.Length];
        // libcrypto counts with all 128 bits. Where a shorter counter wraps, the stream is taken up again at zero.
        var initial = BinaryPrimitives.ReadUInt128BigEndian(counter);
        var mask = counterBits == 128 ? UInt128.MaxValue : (UInt128.One << counterBits) - 1;
        var blocksToWrap = mask - (initial & mask) + 1;
        var blocks = (UInt128)((data.Length + Block - 1L) / Block);
        if (blocksToWrap == 0 || blocks <= blocksToWrap)
        {
            RunCtr(key, counter, data, output);
            return output;
        }
        var split = (int)blocksToWrap * Block;
        RunCtr(key, counter, data[..split], output);
        Span<byte> wrapped = stackalloc byte[Block];
        BinaryPrimitives.WriteUInt128BigEndian(wrapped, initial & ~mask);
        RunCtr(key, wrapped, data[split..], output.AsSpan(split));
        return output;
    }

    /// <summary>GCM; the tag follows the ciphertext. Null when it does not match.</summary>
    public static byte[]? TransformGcm(
        bool encrypt, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> additional, int tagLength, ReadOnlySpan<byte> data)
    {
        using var cipher = new Context(Gcm.ForKey(key), encrypt);
        cipher.SetIvLength(iv.Length);
        cipher.SetKey(encrypt, key, iv);
        if (!additional.IsEmpty)
            cipher.Update([], additional);
        if (encrypt)
        {
            var sealedData = new byte[data.Length + tagLength];
            cipher.Update(sealedData, data);
            CryptoFailureException.ThrowUnless(cipher.TryFinish(sealedData.AsSpan(data.Length)) == 0);
            cipher.GetTag(sealedData.AsSpan(data.Length));
            return sealedData;
        }
        var opened = new byte[data.Length - tagLength];
        cipher.Update(opened, data[..^tagLength]);
        cipher.SetTag(data[^tagLength..]);
        return cipher.TryFinish([]) < 0 ? null : opened;
    }

    /// <summary>Key wrapping after RFC 3394; null for a wrong length or a wrong integrity check.</summary>
    public static byte[]? WrapKey(bool wrap, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        if (data.Length % 8 != 0 || data.Length < (wrap ? 16 : 24))
            return null;
        using var cipher = new Context(Wrap.ForKey(key), wrap, key, []);
        var output = new byte[data.Length + Block];
        var written = cipher.TryUpdate(output, data);
        if (written < 0)
            return null;
        Array.Resize(ref output, wrap ? data.Length + 8 : data.Length - 8);
        return output;
    }

    private static void RunCtr(ReadOnlySpan<byte> key, ReadOnlySpan<byte> counter, ReadOnlySpan<byte> data, Span<byte> output)
    {
        using var cipher = new Context(Ctr.ForKey(key), encrypt: true, key, counter);
        cipher.Update(output, data);
    }

    /// <summary>The three ciphers of a mode, fetched when first needed and kept for the life of the process.</summary>
    private sealed class ModeCiphers(string mode)
    {
        private readonly nint[] _bySize = new nint[3];

        public nint ForKey(ReadOnlySpan<byte> key)
        {
            var index = (key.Length - 16) / 8;
            var cipher = Volatile.Read(ref _bySize[index]);
            if (cipher != 0)
                return cipher;
            cipher = LibCrypto.EVP_CIPHER_fetch(0, $"AES-{key.Length * 8}-{mode}", null);
            CryptoFailureException.ThrowUnless(cipher != 0);
            Volatile.Write(ref _bySize[index], cipher);
            return cipher;
        }
    }

    /// <summary>An EVP_CIPHER_CTX.</summary>
    private readonly ref struct Context : IDisposable
    {
        private readonly nint _context;

        public Context(nint cipher, bool encrypt)
        {
            _context = LibCrypto.EVP_CIPHER_CTX_new();
            // Has a meaning for AES-KW only, where libcrypto insists on it.
            LibCrypto.EVP_CIPHER_CTX_set_flags(_context, LibCrypto.FlagWrapAllow);
            CryptoFailureException.ThrowUnless(
                LibCrypto.EVP_CipherInit_ex(_context, cipher, 0, null, null, encrypt ? 1 : 0) == 1);
        }

        public Context(nint cipher, bool encrypt, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv) : this(cipher, encrypt) =>
            SetKey(encrypt, key, iv);

        public void SetKey(bool encrypt, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
        {
            fixed (byte* keyPointer = key)
            fixed (byte* ivPointer = iv)
                CryptoFailureException.ThrowUnless(
                    LibCrypto.EVP_CipherInit_ex(_context, 0, 0, keyPointer, ivPointer, encrypt ? 1 : 0) == 1);
        }

        public void SetIvLength(int length) =>
            CryptoFailureException.ThrowUnless(
                LibCrypto.EVP_CIPHER_CTX_ctrl(_context, LibCrypto.ControlSetIvLength, length, null) == 1);

        public void GetTag(Span<byte> tag)
        {
            fixed (byte* pointer = tag)
                CryptoFailureException.ThrowUnless(
                    LibCrypto.EVP_CIPHER_CTX_ctrl(_context, LibCrypto.ControlGetTag, tag.Length, pointer) == 1);
        }

        public void SetTag(ReadOnlySpan<byte> tag)
        {
            fixed (byte* pointer = tag)
                CryptoFailureException.ThrowUnless(
                    LibCrypto.EVP_CIPHER_CTX_ctrl(_context, LibCrypto.ControlSetTag, tag.Length, pointer) == 1);
        }

        /// <summary>Feeds data; an empty output means that it is additional data. The number of bytes written.</summary>
        public int Update(Span<byte> output, ReadOnlySpan<byte> data)
        {
            if (data.IsEmpty)
                return 0;
            var written = TryUpdate(output, data);
            CryptoFailureException.ThrowUnless(written >= 0);
            return written;
        }

        public int TryUpdate(Span<byte> output, ReadOnlySpan<byte> data)
        {
            fixed (byte* outputPointer = output)
            fixed (byte* dataPointer = data)
            {
                if (LibCrypto.EVP_CipherUpdate(_context, outputPointer, out var written, dataPointer, data.Length) == 1)
                    return written;
            }
            LibCrypto.ERR_clear_error();
            return -1;
        }

        /// <summary>The number of bytes written, -1 when padding or tag are wrong.</summary>
        public int TryFinish(Span<byte> output)
        {
            byte none;
            fixed (byte* outputPointer = output)
            {
                if (LibCrypto.EVP_CipherFinal_ex(_context, outputPointer == null ? &none : outputPointer, out var written) == 1)
                    return written;
            }
            LibCrypto.ERR_clear_error();
            return -1;
        }

        public void Dispose() => LibCrypto.EVP_CIPHER_CTX_free(_context);
    }
}
