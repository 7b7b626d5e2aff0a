using System.Security.Cryptography;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Crypto;

/// <summary>Randomness, which Workers has inside handlers only, and comparing in constant time.</summary>
internal static unsafe class RandomOps
{
    private const int UuidBytes = 16;

    public static void Register(OpTable ops)
    {
        ops.Add("crypto_random_fill", &Fill);
        ops.Add("crypto_random_bytes", &Bytes);
        ops.Add("crypto_random_uuid", &Uuid);
        ops.Add("crypto_timing_safe_equal", &TimingSafeEqual);
    }

    private static void Fill(in OpCall call)
    {
        call.State<WorkerIsolate>().RequireInvocation();
        RandomNumberGenerator.Fill(call[0].Bytes);
    }

    private static void Bytes(in OpCall call)
    {
        call.State<WorkerIsolate>().RequireInvocation();
        var value = call.Isolate.NewBytes(call[0].Int32, out var memory);
        RandomNumberGenerator.Fill(memory);
        call.Return(value);
    }

    // RFC 9562, version 4.
    private static void Uuid(in OpCall call)
    {
        call.State<WorkerIsolate>().RequireInvocation();
        Span<byte> bytes = stackalloc byte[UuidBytes];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        Span<byte> text = stackalloc byte[36];
        new Guid(bytes, bigEndian: true).TryFormat(text, out var length);
        call.ReturnLatin1(text[..length]);
    }

    private static void TimingSafeEqual(in OpCall call) => call.Return(CryptographicOperations.FixedTimeEquals(call[0].Bytes, call[1].Bytes));
}
