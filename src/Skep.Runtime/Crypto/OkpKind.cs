namespace Skep.Runtime.Crypto;

/// <summary>One of the two uses of Curve25519 (RFC 8410), and what identifies its keys.</summary>
internal sealed class OkpKind
{
    public static readonly OkpKind Ed25519 =
        new(KeyEnvelope.Ed25519, LibCrypto.NidEd25519, KeyEncoding.Ed25519Public, KeyEncoding.Ed25519Private);

    public static readonly OkpKind X25519 =
        new(KeyEnvelope.X25519, LibCrypto.NidX25519, KeyEncoding.X25519Public, KeyEncoding.X25519Private);

    private OkpKind(string oid, int nid, KeyEncoding publicEncoding, KeyEncoding privateEncoding) =>
        (Oid, Nid, PublicEncoding, PrivateEncoding) = (oid, nid, publicEncoding, privateEncoding);

    public string Oid { get; }

    public int Nid { get; }

    public KeyEncoding PublicEncoding { get; }

    public KeyEncoding PrivateEncoding { get; }

    public static OkpKind Named(string name) => name switch
    {
        "Ed25519" => Ed25519,
        "X25519" => X25519,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such curve."),
    };
}
