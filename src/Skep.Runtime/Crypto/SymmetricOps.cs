using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Crypto;

/// <summary>The AES modes.</summary>
internal static unsafe class SymmetricOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("crypto_aes_cbc", &Cbc);
        ops.Add("crypto_aes_cbc_async", &CbcAsync);
        ops.Add("crypto_aes_ctr", &Ctr);
        ops.Add("crypto_aes_ctr_async", &CtrAsync);
        ops.Add("crypto_aes_gcm", &Gcm);
        ops.Add("crypto_aes_gcm_async", &GcmAsync);
        ops.Add("crypto_aes_kw", &KeyWrap);
    }

    private static void Cbc(in OpCall call) =>
        call.ReturnBytesOrNull(AesCipher.TransformCbc(call[0].Boolean, call[1].Bytes, call[2].Bytes, call[3].Bytes));

    private static void CbcAsync(in OpCall call)
    {
        var encrypt = call[0].Boolean;
        var (key, iv, data) = (call[1].Bytes.ToArray(), call[2].Bytes.ToArray(), call[3].Bytes.ToArray());
        ComputeOp.Start(in call, () => AesCipher.TransformCbc(encrypt, key, iv, data));
    }

    private static void Ctr(in OpCall call) =>
        call.ReturnBytes(AesCipher.TransformCtr(call[0].Bytes, call[1].Bytes, call[2].Int32, call[3].Bytes));

    private static void CtrAsync(in OpCall call)
    {
        var bits = call[2].Int32;
        var (key, counter, data) = (call[0].Bytes.ToArray(), call[1].Bytes.ToArray(), call[3].Bytes.ToArray());
        ComputeOp.Start(in call, () => AesCipher.TransformCtr(key, counter, bits, data));
    }

    private static void Gcm(in OpCall call) =>
        call.ReturnBytesOrNull(
            AesCipher.TransformGcm(call[0].Boolean, call[1].Bytes, call[2].Bytes, call[3].Bytes, call[4].Int32, call[5].Bytes));

    private static void GcmAsync(in OpCall call)
    {
        var (encrypt, tagLength) = (call[0].Boolean, call[4].Int32);
        var (key, iv, additional, data) = (call[1].Bytes.ToArray(), call[2].Bytes.ToArray(), call[3].Bytes.ToArray(), call[5].Bytes.ToArray());
        ComputeOp.Start(in call, () => AesCipher.TransformGcm(encrypt, key, iv, additional, tagLength, data));
    }

    private static void KeyWrap(in OpCall call) => call.ReturnBytesOrNull(AesCipher.WrapKey(call[0].Boolean, call[1].Bytes, call[2].Bytes));
}
