using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Crypto;

/// <summary>RSA keys, signatures and encryption.</summary>
internal static unsafe class RsaOps
{
    // A key of 4,096 bits takes a second; nobody waits longer for a larger one than a request may take CPU time.
    private static readonly TimeSpan GenerationLimit = TimeSpan.FromSeconds(30);

    public static void Register(OpTable ops)
    {
        ops.Add("crypto_rsa_generate_async", &GenerateAsync);
        ops.Add("crypto_rsa_public_key", &PublicKey);
        ops.Add("crypto_rsa_import_spki", &ImportSpki);
        ops.Add("crypto_rsa_import_pkcs8", &ImportPkcs8);
        ops.Add("crypto_rsa_import_public", &ImportPublic);
        ops.Add("crypto_rsa_import_private", &ImportPrivate);
        ops.Add("crypto_rsa_export_spki", &ExportSpki);
        ops.Add("crypto_rsa_export_pkcs8", &ExportPkcs8);
        ops.Add("crypto_rsa_components", &Components);
        ops.Add("crypto_rsa_modulus_bits", &ModulusBits);
        ops.Add("crypto_rsa_public_exponent", &PublicExponent);
        ops.Add("crypto_rsa_sign", &Sign);
        ops.Add("crypto_rsa_verify", &Verify);
        ops.Add("crypto_rsa_oaep_encrypt", &OaepEncrypt);
        ops.Add("crypto_rsa_oaep_decrypt", &OaepDecrypt);
    }

    private static void GenerateAsync(in OpCall call)
    {
        var (bits, exponent) = (call[0].Int32, call[1].Bytes.ToArray());
        ComputeOp.Start(in call, () => RsaKeyGeneration.Generate(bits, exponent, GenerationLimit));
    }

    private static void PublicKey(in OpCall call) => call.ReturnBytes(RsaKey.PublicKeyOf(call[0].Bytes.ToArray()));

    private static void ImportSpki(in OpCall call) => call.ReturnBytesOrNull(RsaKey.ImportSpki(call[0].Bytes.ToArray()));

    private static void ImportPkcs8(in OpCall call) => call.ReturnBytesOrNull(RsaKey.ImportPkcs8(call[0].Bytes.ToArray()));

    private static void ImportPublic(in OpCall call) => call.ReturnBytesOrNull(RsaKey.Import(call[0].Bytes.ToArray(), call[1].Bytes.ToArray()));

    private static void ImportPrivate(in OpCall call)
    {
        var numbers = new byte[8][];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = call[i].Bytes.ToArray();
        call.ReturnBytesOrNull(RsaKey.Import(numbers));
    }

    private static void ExportSpki(in OpCall call) => call.ReturnBytes(RsaKey.ExportSpki(call[0].Bytes.ToArray()));

    private static void ExportPkcs8(in OpCall call) => call.ReturnBytes(RsaKey.ExportPkcs8(call[0].Bytes.ToArray()));

    private static void Components(in OpCall call) => call.Return(call.Isolate.NewStringArray([.. Decode(in call).ToJwk()]));

    private static void ModulusBits(in OpCall call) => call.Return(Decode(in call).ModulusBits);

    private static void PublicExponent(in OpCall call) => call.ReturnBytes(Decode(in call).Exponent);

    private static RsaKey Decode(in OpCall call) => RsaKey.Decode(isPrivate: call[0].Boolean, call[1].Bytes.ToArray());

    private static void Sign(in OpCall call) => call.ReturnBytesOrNull(RsaOperations.Sign(call.Hash(0), call[1].Int32, call[2].Bytes, call[3].Bytes));

    private static void Verify(in OpCall call) =>
        call.Return(RsaOperations.Verify(call.Hash(0), call[1].Int32, call[2].Bytes, call[3].Bytes, call[4].Bytes));

    private static void OaepEncrypt(in OpCall call) =>
        call.ReturnBytesOrNull(RsaOperations.EncryptOaep(call.Hash(0), call[1].Bytes, call[2].Bytes, call[3].Bytes));

    private static void OaepDecrypt(in OpCall call) =>
        call.ReturnBytesOrNull(RsaOperations.DecryptOaep(call.Hash(0), call[1].Bytes, call[2].Bytes, call[3].Bytes));
}
