using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Crypto;

/// <summary>Ed25519, X25519 and their keys.</summary>
internal static unsafe class OkpOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("crypto_okp_generate", &Generate);
        ops.Add("crypto_okp_from_private", &FromPrivate);
        ops.Add("crypto_okp_import_spki", &ImportSpki);
        ops.Add("crypto_okp_import_pkcs8", &ImportPkcs8);
        ops.Add("crypto_okp_export_spki", &ExportSpki);
        ops.Add("crypto_okp_export_pkcs8", &ExportPkcs8);
        ops.Add("crypto_ed25519_sign", &Sign);
        ops.Add("crypto_ed25519_verify", &Verify);
        ops.Add("crypto_x25519", &X25519);
    }

    private static void Generate(in OpCall call)
    {
        call.State<WorkerIsolate>().RequireInvocation();
        call.ReturnBytes(OkpKey.Generate(call.Kind(0)));
    }

    private static void FromPrivate(in OpCall call) => call.ReturnBytes(OkpKey.FromPrivate(call.Kind(0), call[1].Bytes));

    private static void ImportSpki(in OpCall call) => call.ReturnBytesOrNull(OkpKey.ImportSpki(call.Kind(0), call[1].Bytes.ToArray()));

    private static void ImportPkcs8(in OpCall call) => call.ReturnBytesOrNull(OkpKey.ImportPkcs8(call.Kind(0), call[1].Bytes.ToArray()));

    private static void ExportSpki(in OpCall call) => call.ReturnBytes(OkpKey.ExportSpki(call.Kind(0), call[1].Bytes));

    private static void ExportPkcs8(in OpCall call) => call.ReturnBytes(OkpKey.ExportPkcs8(call.Kind(0), call[1].Bytes));

    private static void Sign(in OpCall call) => call.ReturnBytes(Ed25519.Sign(call[0].Bytes, call[1].Bytes));

    private static void Verify(in OpCall call) => call.Return(Ed25519.Verify(call[0].Bytes, call[1].Bytes, call[2].Bytes));

    private static void X25519(in OpCall call) => call.ReturnBytesOrNull(KeyAgreement.X25519(call[0].Bytes, call[1].Bytes));
}
