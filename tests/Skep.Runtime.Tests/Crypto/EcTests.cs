using System.Security.Cryptography;
using Skep.Runtime.Crypto;

namespace Skep.Runtime.Tests.Crypto;

public sealed class EcTests
{
    private static readonly HashFunction Sha256 = HashFunction.Named("SHA-256");

    // RFC 6979, appendix A.2.5.
    [Fact]
    public void Verifies_a_known_signature()
    {
        var curve = EcCurve.Named("P-256");
        var key = Hex.Bytes(
            "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
        var signature = Hex.Bytes(
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
        Assert.True(Ecdsa.Verify(curve, Sha256, key, signature, "sample"u8));
        Assert.False(Ecdsa.Verify(curve, Sha256, key, signature, "Sample"u8));
        Assert.False(Ecdsa.Verify(curve, Sha256, key, signature.AsSpan(1), "sample"u8));
        Assert.False(Ecdsa.Verify(curve, Sha256, key, new byte[64], "sample"u8));
    }

    [Theory]
    [InlineData("P-256")]
    [InlineData("P-384")]
    [InlineData("P-521")]
    public void Agrees_with_dotnet(string name)
    {
        var curve = EcCurve.Named(name);
        var key = EcKey.Generate(curve);
        var publicKey = key[..(2 * curve.FieldSize)];
        using var dotnet = ECDsa.Create();
        dotnet.ImportPkcs8PrivateKey(EcKey.ExportPkcs8(curve, key), out _);
        // Often enough to meet numbers with leading zeros.
        for (var i = 0; i < 50; i++)
        {
            byte[] data = [(byte)i];
            Assert.True(dotnet.VerifyData(data, Ecdsa.Sign(curve, Sha256, key, data), HashAlgorithmName.SHA256));
            Assert.True(Ecdsa.Verify(curve, Sha256, publicKey, dotnet.SignData(data, HashAlgorithmName.SHA256), data));
        }
        Assert.Equal(publicKey, EcKey.ImportSpki(curve, dotnet.ExportSubjectPublicKeyInfo()));
        Assert.Equal(key, EcKey.ImportPkcs8(curve, dotnet.ExportPkcs8PrivateKey()));
    }

    [Theory]
    [InlineData("P-256")]
    [InlineData("P-384")]
    [InlineData("P-521")]
    public void Takes_points_in_every_form_and_no_others(string name)
    {
        var curve = EcCurve.Named(name);
        var size = curve.FieldSize;
        var key = EcKey.Generate(curve);
        var point = key[..(2 * size)];
        byte[] compressed = [(byte)(2 + (point[^1] & 1)), .. point[..size]];
        Assert.Equal(point, EcKey.ImportPoint(curve, [4, .. point]));
        Assert.Equal(point, EcKey.ImportPoint(curve, compressed));
        Assert.Null(EcKey.ImportPoint(curve, [0]));
        Assert.Null(EcKey.ImportPoint(curve, [6, .. point]));
        Assert.True(EcKey.IsValid(curve, key));
        Assert.True(EcKey.IsValid(curve, point));
        point[0] ^= 1;
        Assert.Null(EcKey.ImportPoint(curve, [4, .. point]));
        key[^1] ^= 1;
        Assert.False(EcKey.IsValid(curve, key));
        key.AsSpan(2 * size).Clear();
        Assert.False(EcKey.IsValid(curve, key));
    }

    [Fact]
    public void Both_sides_agree_on_a_secret()
    {
        var curve = EcCurve.Named("P-521");
        var (one, other) = (EcKey.Generate(curve), EcKey.Generate(curve));
        var secret = KeyAgreement.Ecdh(curve, one, other.AsSpan(0, 132));
        Assert.Equal(66, secret!.Length);
        Assert.Equal(secret, KeyAgreement.Ecdh(curve, other, one.AsSpan(0, 132)));
    }

    [Fact]
    public void Refuses_what_is_no_key()
    {
        var curve = EcCurve.Named("P-256");
        var spki = EcKey.ExportSpki(curve, EcKey.Generate(curve).AsSpan(0, 64));
        Assert.Null(EcKey.ImportSpki(EcCurve.Named("P-384"), spki));
        Assert.Null(EcKey.ImportSpki(curve, [.. spki, 0]));
        Assert.Null(EcKey.ImportSpki(curve, spki[..^1]));
        Assert.Null(EcKey.ImportSpki(curve, []));
        Assert.Null(EcKey.ImportPkcs8(curve, spki));
    }
}
