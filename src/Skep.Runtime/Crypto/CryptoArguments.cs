using Skep.V8;

namespace Skep.Runtime.Crypto;

/// <summary>Reading the arguments of crypto ops, and returning what may be null.</summary>
internal static class CryptoArguments
{
    // The names are ours, from the JavaScript layer's tables: compared in place, since a string for each would cost as much
    // as the MAC of a small message.
    public static HashFunction Hash(this in OpCall call, int index)
    {
        Span<byte> buffer = stackalloc byte[8];
        var name = buffer[..call[index].CopyLatin1(buffer)];
        return HashFunction.Named(
            name.SequenceEqual("SHA-256"u8) ? "SHA-256"
            : name.SequenceEqual("SHA-512"u8) ? "SHA-512"
            : name.SequenceEqual("SHA-384"u8) ? "SHA-384"
            : name.SequenceEqual("SHA-1"u8) ? "SHA-1"
            : call[index].ToString());
    }

    public static EcCurve Curve(this in OpCall call, int index)
    {
        Span<byte> buffer = stackalloc byte[8];
        var name = buffer[..call[index].CopyLatin1(buffer)];
        return EcCurve.Named(
            name.SequenceEqual("P-256"u8) ? "P-256"
            : name.SequenceEqual("P-384"u8) ? "P-384"
            : call[index].ToString());
    }

    public static OkpKind Kind(this in OpCall call, int index) => OkpKind.Named(call[index].ToString());

    public static void ReturnBytesOrNull(this in OpCall call, byte[]? bytes)
    {
        if (bytes is null)
            call.ReturnNull();
        else
            call.ReturnBytes(bytes);
    }
}
