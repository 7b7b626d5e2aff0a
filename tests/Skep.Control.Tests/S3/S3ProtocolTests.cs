using System.Text;
using Skep.Control.S3;

namespace Skep.Control.Tests.S3;

/// <summary>Signatures, pieces and checksums, against the examples of their specifications.</summary>
public sealed class S3ProtocolTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
    private static readonly S3Signature Example = new(
        S3Signature.DeriveKey(Secret, "20130524", "us-east-1", "s3"),
        "20130524T000000Z",
        "20130524/us-east-1/s3/aws4_request",
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_key_is_derived_of_day_region_and_service() =>
        Assert.Equal(
            "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d",
            Convert.ToHexStringLower(S3Signature.DeriveKey("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20120215", "us-east-1", "iam")));

    [Fact]
    public async Task Signed_pieces_make_a_body()
    {
        AwsChunkedStream stream = new(new MemoryStream(Pieces()), Example, static (_, _) => { });
        Assert.Equal(new string('a', 66_560), Encoding.ASCII.GetString(await ReadAsync(stream)));
    }

    [Theory]
    [InlineData("ad80c730", "ad80c731")]
    [InlineData("0055627c", "0055627d")]
    [InlineData("b6c6ea8a", "b6c6ea8b")]
    [InlineData("10000;chunk", "10001;chunk")]
    [InlineData("400;chunk-signature", "400;")]
    public async Task Pieces_that_are_signed_otherwise_are_refused(string right, string wrong)
    {
        var body = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Pieces()).Replace(right, wrong, StringComparison.Ordinal));
        await Assert.ThrowsAsync<S3Exception>(() => ReadAsync(new AwsChunkedStream(new MemoryStream(body), Example, static (_, _) => { })));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(65_700)]
    [InlineData(66_800)]
    public async Task A_body_that_is_cut_off_is_refused(int length) =>
        await Assert.ThrowsAsync<S3Exception>(() => ReadAsync(new AwsChunkedStream(new MemoryStream(Pieces()[..length]), Example, static (_, _) => { })));

    [Fact]
    public async Task What_follows_the_pieces_is_heard()
    {
        Dictionary<string, string> trailers = [];
        AwsChunkedStream stream = new(new MemoryStream(Encoding.ASCII.GetBytes("5\r\nhello\r\n3\r\nyou\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n")), signature: null, trailers.Add);
        Assert.Equal("helloyou", Encoding.ASCII.GetString(await ReadAsync(stream)));
        Assert.Equal("AAAA", trailers["x-amz-checksum-crc32"]);
    }

    [Fact]
    public void Checks_are_those_of_the_catalogue()
    {
        // https://reveng.sourceforge.io/crc-catalogue/
        Assert.Equal(("CBF43926", "E3069283", "AE8B14860A799888"), (Check(Crc.Crc32()), Check(Crc.Crc32C()), Check(Crc.Crc64Nvme())));

        static string Check(Crc crc)
        {
            crc.Append("1234"u8);
            crc.Append("56789"u8);
            return Convert.ToHexString(crc.Finish());
        }
    }

    [Fact]
    public void Text_is_encoded_as_signatures_have_it() => Assert.Equal("a%20%C3%BC~-_.%2F%2B%2A", S3Request.Encode("a ü~-_./+*"));

    private static byte[] Pieces() => Encoding.ASCII.GetBytes(
        "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" + new string('a', 65_536)
        + "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" + new string('a', 1024)
        + "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n");

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using MemoryStream all = new();
        await stream.CopyToAsync(all, 1000, Cancellation);
        return all.ToArray();
    }
}
