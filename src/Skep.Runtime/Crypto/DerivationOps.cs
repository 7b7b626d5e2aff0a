using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Crypto;

/// <summary>HKDF and PBKDF2.</summary>
internal static unsafe class DerivationOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("crypto_hkdf", &Hkdf);
        ops.Add("crypto_pbkdf2_async", &Pbkdf2Async);
    }

    private static void Hkdf(in OpCall call) =>
        call.ReturnBytes(KeyDerivation.Hkdf(call.Hash(0), call[1].Bytes, call[2].Bytes, call[3].Bytes, call[4].Int32));

    private static void Pbkdf2Async(in OpCall call)
    {
        var (hash, iterations, length) = (call.Hash(0), call[3].Int32, call[4].Int32);
        var (password, salt) = (call[1].Bytes.ToArray(), call[2].Bytes.ToArray());
        ComputeOp.Start(in call, () => KeyDerivation.Pbkdf2(hash, password, salt, iterations, length));
    }
}
