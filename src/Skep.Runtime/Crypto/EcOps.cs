using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Crypto;

/// <summary>ECDSA, ECDH and their keys.</summary>
internal static unsafe class EcOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("crypto_ec_generate", &Generate);
        ops.Add("crypto_ec_import_spki", &ImportSpki);
        ops.Add("crypto_ec_import_pkcs8", &ImportPkcs8);
        ops.Add("crypto_ec_import_point", &ImportPoint);
        ops.Add("crypto_ec_is_valid", &IsValid);
        ops.Add("crypto_ec_export_spki", &ExportSpki);
        ops.Add("crypto_ec_export_pkcs8", &ExportPkcs8);
        ops.Add("crypto_ecdsa_sign", &Sign);
        ops.Add("crypto_ecdsa_verify", &Verify);
        ops.Add("crypto_ecdh", &Ecdh);
    }

    private static void Generate(in OpCall call)
    {
        call.State<WorkerIsolate>().RequireInvocation();
        call.ReturnBytes(EcKey.Generate(call.Curve(0)));
    }

    private static void ImportSpki(in OpCall call) => call.ReturnBytesOrNull(EcKey.ImportSpki(call.Curve(0), call[1].Bytes.ToArray()));

    private static void ImportPkcs8(in OpCall call) => call.ReturnBytesOrNull(EcKey.ImportPkcs8(call.Curve(0), call[1].Bytes.ToArray()));

    private static void ImportPoint(in OpCall call) => call.ReturnBytesOrNull(EcKey.ImportPoint(call.Curve(0), call[1].Bytes));

    private static void IsValid(in OpCall call) => call.Return(EcKey.IsValid(call.Curve(0), call[1].Bytes));

    private static void ExportSpki(in OpCall call) => call.ReturnBytes(EcKey.ExportSpki(call.Curve(0), call[1].Bytes));

    private static void ExportPkcs8(in OpCall call) => call.ReturnBytes(EcKey.ExportPkcs8(call.Curve(0), call[1].Bytes));

    private static void Sign(in OpCall call) => call.ReturnBytes(Ecdsa.Sign(call.Curve(0), call.Hash(1), call[2].Bytes, call[3].Bytes));

    private static void Verify(in OpCall call) =>
        call.Return(Ecdsa.Verify(call.Curve(0), call.Hash(1), call[2].Bytes, call[3].Bytes, call[4].Bytes));

    private static void Ecdh(in OpCall call) => call.ReturnBytesOrNull(KeyAgreement.Ecdh(call.Curve(0), call[1].Bytes, call[2].Bytes));
}
