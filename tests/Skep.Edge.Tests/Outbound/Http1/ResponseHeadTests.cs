using System.Text;
using Skep.Edge.Outbound.Http1;

namespace Skep.Edge.Tests.Outbound.Http1;

public sealed class ResponseHeadTests
{
    [Fact]
    public void A_head_is_read_as_it_is()
    {
        ResponseHead head = Parse("HTTP/1.1 404 Not Here\r\nContent-Type:text/x\r\nX-A:  a b \t\r\nx-a: 2\r\nContent-Length: 5\r\nKeep-Alive: x\r\nEmpty:\r\n\r\n");
        Assert.Equal((404, "Not Here", 1, 5L, false, false), (head.Status, head.Reason, head.MinorVersion, head.ContentLength, head.IsChunked, head.Closes));
        Assert.Equal(["content-type", "text/x", "x-a", "a b", "x-a", "2", "content-length", "5", "empty", ""], head.Headers);
    }

    [Theory]
    [InlineData("HTTP/1.1 200")]
    [InlineData("HTTP/1.1 200 ")]
    [InlineData("HTTP/1.9 200 OK")]
    public void A_reason_may_be_missing(string line) => Assert.Equal(200, Parse(line + "\r\n\r\n").Status);

    [Theory]
    [InlineData("HTTP/2 200 OK")]
    [InlineData("HTTP/1.1 20 OK")]
    [InlineData("HTTP/1.1 2000 OK")]
    [InlineData("HTTP/1.1 099 OK")]
    [InlineData("HTTP/1.1  200 OK")]
    [InlineData("http/1.1 200 OK")]
    [InlineData("HTTP/1.1 200 O\rK")]
    [InlineData("HTTP/1.1 +20 OK")]
    public void A_broken_status_line_is_refused(string line) => Assert.Throws<HttpRequestException>(() => Parse(line + "\r\n\r\n"));

    [Theory]
    [InlineData("X-A: 1\r\n folded: 2")]
    [InlineData(" X-A: 1")]
    [InlineData("X-A : 1")]
    [InlineData(": 1")]
    [InlineData("X A: 1")]
    [InlineData("X-A")]
    [InlineData("X-A: 1\r2")]
    [InlineData("X-A: 1\02")]
    [InlineData("X\u00e4: 1")]
    [InlineData("Content-Length: 1\r\nContent-Length: 2")]
    [InlineData("Content-Length: 1, 1")]
    [InlineData("Content-Length: +1")]
    [InlineData("Content-Length: -1")]
    [InlineData("Content-Length: 0x1")]
    [InlineData("Content-Length: ")]
    [InlineData("Content-Length: 99999999999999999999")]
    [InlineData("Transfer-Encoding: gzip, chunked")]
    [InlineData("Transfer-Encoding: identity")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 3")]
    public void A_header_that_could_be_read_in_two_ways_is_refused(string headers) =>
        Assert.Throws<HttpRequestException>(() => Parse($"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n"));

    [Fact]
    public void Chunks_are_no_part_of_HTTP_1_0() => Assert.Throws<HttpRequestException>(() => Parse("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));

    [Fact]
    public void The_end_is_found_however_the_bytes_arrive()
    {
        byte[] bytes = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nX: 1\r\n\r\nbody\r\n\r\n");
        int scanned = 0;
        for (int length = 0; length < 25; length++)
            Assert.Equal(-1, ResponseHeadParser.FindEnd(bytes.AsSpan(0, length), ref scanned));
        Assert.Equal(25, ResponseHeadParser.FindEnd(bytes, ref scanned));
    }

    private static ResponseHead Parse(string text) => ResponseHeadParser.Parse(Encoding.Latin1.GetBytes(text));
}
