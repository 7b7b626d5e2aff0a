using Skep.V8;

namespace Skep.Runtime.Crypto;

/// <summary>Ops of <c>js/crypto</c>; <c>js/crypto/ops.ts</c> describes them.</summary>
internal static class CryptoOps
{
    public static void Register(OpTable ops)
    {
        RandomOps.Register(ops);
        DigestOps.Register(ops);
        SymmetricOps.Register(ops);
        DerivationOps.Register(ops);
        RsaOps.Register(ops);
        EcOps.Register(ops);
        OkpOps.Register(ops);
    }
}
