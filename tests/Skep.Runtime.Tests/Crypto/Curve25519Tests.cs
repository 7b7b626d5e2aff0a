using Skep.Runtime.Crypto;

namespace Skep.Runtime.Tests.Crypto;

public sealed class Curve25519Tests
{
    // RFC 8032, section 7.1, test 2.
    [Fact]
    public void Ed25519_signs_and_verifies()
    {
        var key = OkpKey.FromPrivate(OkpKind.Ed25519, Hex.Bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
        Assert.Equal("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", Hex.Text(key.AsSpan(0, 32)));
        var signature = Ed25519.Sign(key, [0x72]);
        Assert.Equal(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            Hex.Text(signature));
        Assert.True(Ed25519.Verify(key.AsSpan(0, 32), signature, [0x72]));
        Assert.False(Ed25519.Verify(key.AsSpan(0, 32), signature, [0x73]));
        Assert.False(Ed25519.Verify(key.AsSpan(0, 32), signature.AsSpan(1), [0x72]));
    }

    // RFC 7748, section 5.2.
    [Fact]
    public void X25519_agrees()
    {
        var key = OkpKey.FromPrivate(OkpKind.X25519, Hex.Bytes("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"));
        var secret = KeyAgreement.X25519(key, Hex.Bytes("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"));
        Assert.Equal("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552", Hex.Text(secret));
        Assert.Null(KeyAgreement.X25519(key, new byte[32]));
    }

    [Fact]
    public void Keys_survive_their_envelopes()
    {
        foreach (var kind in (OkpKind[])[OkpKind.Ed25519, OkpKind.X25519])
        {
            var key = OkpKey.Generate(kind);
            Assert.Equal(key[..32], OkpKey.ImportSpki(kind, OkpKey.ExportSpki(kind, key.AsSpan(0, 32))));
            Assert.Equal(key, OkpKey.ImportPkcs8(kind, OkpKey.ExportPkcs8(kind, key)));
            var other = kind == OkpKind.Ed25519 ? OkpKind.X25519 : OkpKind.Ed25519;
            Assert.Null(OkpKey.ImportPkcs8(other, OkpKey.ExportPkcs8(kind, key)));
        }
    }
}
