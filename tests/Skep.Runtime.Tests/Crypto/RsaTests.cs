using System.Security.Cryptography;
using Skep.Runtime.Crypto;

namespace Skep.Runtime.Tests.Crypto;

public sealed class RsaTests
{
    private static readonly HashFunction Sha256 = HashFunction.Named("SHA-256");
    private static readonly byte[] Private = RsaKeyGeneration.Generate(2048, [1, 0, 1], TimeSpan.FromSeconds(60))!;
    private static readonly byte[] Public = RsaKey.PublicKeyOf(Private);

    [Fact]
    public void Signatures_agree_with_dotnet()
    {
        using var dotnet = RSA.Create();
        dotnet.ImportPkcs8PrivateKey(RsaKey.ExportPkcs8(Private), out _);
        var data = "data"u8.ToArray();

        var pkcs1 = RsaOperations.Sign(Sha256, RsaOperations.Pkcs1, Private, data)!;
        Assert.Equal(dotnet.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), pkcs1);
        Assert.True(RsaOperations.Verify(Sha256, RsaOperations.Pkcs1, Public, pkcs1, data));
        Assert.False(RsaOperations.Verify(Sha256, 32, Public, pkcs1, data));

        var pss = RsaOperations.Sign(Sha256, 32, Private, data)!;
        Assert.True(dotnet.VerifyData(data, pss, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        Assert.True(RsaOperations.Verify(Sha256, 32, Public, pss, data));
        Assert.False(RsaOperations.Verify(Sha256, 31, Public, pss, data));
        Assert.Null(RsaOperations.Sign(Sha256, 1000, Private, data));
    }

    [Fact]
    public void Oaep_agrees_with_dotnet_and_keeps_its_label()
    {
        using var dotnet = RSA.Create();
        dotnet.ImportSubjectPublicKeyInfo(RsaKey.ExportSpki(Public), out _);
        var data = "data"u8.ToArray();
        Assert.Equal(data, RsaOperations.DecryptOaep(Sha256, [], Private, dotnet.Encrypt(data, RSAEncryptionPadding.OaepSHA256)));

        var labelled = RsaOperations.EncryptOaep(Sha256, "label"u8, Public, data)!;
        Assert.Equal(data, RsaOperations.DecryptOaep(Sha256, "label"u8, Private, labelled));
        Assert.Null(RsaOperations.DecryptOaep(Sha256, "other"u8, Private, labelled));
        Assert.Null(RsaOperations.EncryptOaep(Sha256, [], Public, new byte[200]));
    }

    [Fact]
    public void Imports_what_dotnet_exports()
    {
        using var dotnet = RSA.Create(1024);
        var numbers = dotnet.ExportParameters(includePrivateParameters: true);
        var key = RsaKey.ImportPkcs8(dotnet.ExportPkcs8PrivateKey())!;
        Assert.Equal(dotnet.ExportRSAPrivateKey(), key);
        Assert.Equal(dotnet.ExportRSAPublicKey(), RsaKey.ImportSpki(dotnet.ExportSubjectPublicKeyInfo()));
        Assert.Equal(key, RsaKey.Import(
            numbers.Modulus!, numbers.Exponent!, numbers.D!, numbers.P!, numbers.Q!, numbers.DP!, numbers.DQ!, numbers.InverseQ!));
        Assert.Equal(1024, RsaKey.Decode(isPrivate: true, key).ModulusBits);
        Assert.Null(RsaKey.ImportSpki(dotnet.ExportPkcs8PrivateKey()));
        Assert.Null(RsaKey.ImportPkcs8(dotnet.ExportRSAPrivateKey()));
    }

    [Fact]
    public void Numbers_that_do_not_belong_together_are_no_key()
    {
        using var dotnet = RSA.Create(1024);
        var numbers = dotnet.ExportParameters(includePrivateParameters: true);
        byte[][] whole = [numbers.Modulus!, numbers.Exponent!, numbers.D!, numbers.P!, numbers.Q!, numbers.DP!, numbers.DQ!, numbers.InverseQ!];
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = whole.ToArray();
            changed[i] = whole[i].ToArray();
            changed[i][^1] ^= 2;
            Assert.Null(RsaKey.Import(changed));
            changed[i] = [];
            Assert.Null(RsaKey.Import(changed));
        }
    }

    [Fact]
    public void Generates_with_any_odd_exponent()
    {
        var key = RsaKeyGeneration.Generate(1024, [3], TimeSpan.FromSeconds(60))!;
        Assert.Equal([3], RsaKey.Decode(isPrivate: true, key).Exponent);
        Assert.Null(RsaKeyGeneration.Generate(1024, [1], TimeSpan.FromSeconds(60)));
        Assert.Null(RsaKeyGeneration.Generate(1024, [4], TimeSpan.FromSeconds(60)));
        Assert.Null(RsaKeyGeneration.Generate(1024, [], TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void Generation_ends_when_its_time_is_up() => Assert.Null(RsaKeyGeneration.Generate(16384, [1, 0, 1], TimeSpan.FromMilliseconds(50)));
}
