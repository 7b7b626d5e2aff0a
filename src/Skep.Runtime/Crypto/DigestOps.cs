using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Crypto;

/// <summary>Digests and HMAC.</summary>
internal static unsafe class DigestOps
{
    private const int MaximumDigest = 64;

    public static void Register(OpTable ops)
    {
        ops.Add("crypto_digest", &Digest);
        ops.Add("crypto_digest_async", &DigestAsync);
        ops.Add("crypto_hash_start", &Start);
        ops.Add("crypto_hash_update", &Update);
        ops.Add("crypto_hash_finish", &Finish);
        ops.Add("crypto_hmac_sign", &HmacSign);
        ops.Add("crypto_hmac_sign_async", &HmacSignAsync);
        ops.Add("crypto_hmac_verify", &HmacVerify);
        ops.Add("crypto_hmac_verify_async", &HmacVerifyAsync);
    }

    private static void Digest(in OpCall call)
    {
        Span<byte> digest = stackalloc byte[MaximumDigest];
        call.ReturnBytes(digest[..call.Hash(0).Hash(call[1].Bytes, digest)]);
    }

    private static void DigestAsync(in OpCall call)
    {
        var (hash, data) = (call.Hash(0), call[1].Bytes.ToArray());
        ComputeOp.Start(in call, () => hash.Hash(data));
    }

    private static void Start(in OpCall call)
    {
        var value = call.Isolate.NewBytes(RunningDigest.StateSize, out var state);
        RunningDigest.Start(call.Hash(0), state);
        call.Return(value);
    }

    private static void Update(in OpCall call) => RunningDigest.Update(call.Hash(0), call[1].Bytes, call[2].Bytes);

    private static void Finish(in OpCall call) => call.ReturnBytes(RunningDigest.Finish(call.Hash(0), call[1].Bytes));

    private static void HmacSign(in OpCall call)
    {
        Span<byte> mac = stackalloc byte[MaximumDigest];
        call.ReturnBytes(mac[..call.Hash(0).Mac(call[1].Bytes, call[2].Bytes, mac)]);
    }

    private static void HmacSignAsync(in OpCall call)
    {
        var (hash, key, data) = (call.Hash(0), call[1].Bytes.ToArray(), call[2].Bytes.ToArray());
        ComputeOp.Start(in call, () => hash.Mac(key, data));
    }

    private static void HmacVerify(in OpCall call) => call.Return(call.Hash(0).VerifyMac(call[1].Bytes, call[2].Bytes, call[3].Bytes));

    private static void HmacVerifyAsync(in OpCall call)
    {
        var (hash, key, mac, data) = (call.Hash(0), call[1].Bytes.ToArray(), call[2].Bytes.ToArray(), call[3].Bytes.ToArray());
        ComputeOp.Start(in call, () => hash.VerifyMac(key, mac, data));
    }
}
