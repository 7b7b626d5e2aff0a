using System.Text;
using Skep.Storage.Assets;

namespace Skep.Storage.Tests.Assets;

public sealed class AssetHashTests
{
    // https://github.com/BLAKE3-team/BLAKE3/blob/master/test_vectors/test_vectors.json: the input is 0, 1, … 250, 0, 1, …
    [Theory]
    [InlineData(0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262")]
    [InlineData(1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213")]
    [InlineData(63, "e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b")]
    [InlineData(64, "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98")]
    [InlineData(65, "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee")]
    [InlineData(1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11")]
    [InlineData(1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7")]
    [InlineData(1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444")]
    [InlineData(2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a")]
    [InlineData(2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030")]
    [InlineData(3072, "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2")]
    [InlineData(3073, "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3")]
    [InlineData(7169, "a003fc7a51754a9b3c7fae0367ab3d782dccf28855a03d435f8cfe74605e7817")]
    [InlineData(8192, "aae792484c8efe4f19e2ca7d371d8c467ffb10748d8a5a1ae579948f718a2a63")]
    [InlineData(31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47")]
    [InlineData(102400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085")]
    public void BLAKE3_agrees_with_the_official_vectors_in_whatever_pieces_the_input_comes(int length, string expected)
    {
        var input = Enumerable.Range(0, length).Select(i => (byte)(i % 251)).ToArray();
        foreach (var piece in new[] { length + 1, 1, 64, 777, 1024 })
        {
            var blake3 = new Blake3();
            for (var at = 0; at < length; at += piece) blake3.Append(input.AsSpan(at, Math.Min(piece, length - at)));
            var hash = new byte[Blake3.HashBytes];
            blake3.Finish(hash);
            Assert.Equal(expected, Convert.ToHexStringLower(hash));
        }
    }

    // As wrangler 4.164 names them.
    [Theory]
    [InlineData("/index.html", "<h1>hi</h1>\n", "17453d0cfb9bacc76d9f30d3cb9ca048")]
    public void Files_are_named_by_content_and_extension(string path, string content, string expected)
    {
        Assert.Equal(expected, Hash(path, content));
        Assert.Equal(expected, Hash("/other/place.html", content));
        Assert.NotEqual(expected, Hash("/index.htm", content));
        Assert.NotEqual(expected, Hash("/index", content));
    }

    [Theory]
    [InlineData("/.html", "/plain")]
    [InlineData("/a.b/plain", "/plain")]
    [InlineData("/dot.", "/plain")]
    public void What_Node_sees_as_no_extension_is_none(string path, string same) => Assert.Equal(Hash(same, "x"), Hash(path, "x"));

    [Fact]
    public void The_Base64_of_pieces_is_that_of_the_whole()
    {
        var content = new string('é', 20_000);
        var whole = new AssetHash();
        whole.Append(Encoding.UTF8.GetBytes(content));
        var pieces = new AssetHash();
        foreach (var each in Encoding.UTF8.GetBytes(content).Chunk(1000)) pieces.Append(each);
        Assert.Equal(whole.Finish("/a"), pieces.Finish("/a"));
    }

    private static string Hash(string path, string content)
    {
        var hash = new AssetHash();
        hash.Append(Encoding.UTF8.GetBytes(content));
        return hash.Finish(path);
    }
}
