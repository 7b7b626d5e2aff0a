using System.Text;
using Skep.Edge.Forwarding;

namespace Skep.Edge.Tests.Forwarding;

public sealed class ProxyHeaderTests
{
    private static readonly byte[] _binarySignature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\nGET", "192.0.2.1:56324", "198.51.100.1:443")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n", "[2001:db8::1]:1", "[2001:db8::2]:65535")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", null, null)]
    public void The_text_form_names_the_client(string text, string? source, string? destination)
    {
        ProxyHeader header = ProxyHeaderParser.Parse(Encoding.ASCII.GetBytes(text))!.Value;
        Assert.Equal(source, header.Source?.ToString());
        Assert.Equal(destination, header.Destination?.ToString());
        Assert.Equal(text.IndexOf('\n') + 1, header.Length);
    }

    [Fact]
    public void The_binary_form_names_the_client_and_may_carry_more()
    {
        byte[] v4 = [.. _binarySignature, 0x21, 0x11, 0, 16, 192, 0, 2, 1, 198, 51, 100, 1, 0xdc, 4, 1, 0xbb, 4, 0, 1, 0];
        ProxyHeader header = ProxyHeaderParser.Parse([.. v4, (byte)'G'])!.Value;
        Assert.Equal("192.0.2.1:56324", header.Source!.ToString());
        Assert.Equal("198.51.100.1:443", header.Destination!.ToString());
        Assert.Equal(v4.Length, header.Length);

        byte[] v6 = [.. _binarySignature, 0x21, 0x21, 0, 36, .. new byte[15], 1, .. new byte[15], 2, 0, 1, 0, 2];
        Assert.Equal("[::1]:1", ProxyHeaderParser.Parse(v6)!.Value.Source!.ToString());
    }

    [Theory]
    [InlineData(0x20, 0x11)]
    [InlineData(0x21, 0x00)]
    [InlineData(0x21, 0x31)]
    public void A_proxy_that_speaks_for_itself_names_nobody(byte command, byte family)
    {
        byte[] bytes = [.. _binarySignature, command, family, 0, 12, .. new byte[12]];
        ProxyHeader header = ProxyHeaderParser.Parse(bytes)!.Value;
        Assert.Null(header.Source);
        Assert.Equal(bytes.Length, header.Length);
    }

    [Fact]
    public void Every_cut_asks_for_more()
    {
        byte[] text = "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"u8.ToArray();
        byte[] binary = [.. _binarySignature, 0x21, 0x11, 0, 12, 192, 0, 2, 1, 198, 51, 100, 1, 0xdc, 4, 1, 0xbb];
        foreach (byte[] whole in new[] { text, binary })
        {
            for (int length = 0; length < whole.Length; length++)
                Assert.Null(ProxyHeaderParser.Parse(whole.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 99999 443\r\n")]
    [InlineData("PROXY TCP4 2001:db8::1 198.51.100.1 1 443\r\n")]
    [InlineData("PROXY TCP4  192.0.2.1 198.51.100.1 1 443\r\n")]
    [InlineData("PROXY UDP4 192.0.2.1 198.51.100.1 1 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 1 4430000000000000000000000000000000000000000000000000000000000000000000000000000\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x31\x11\0\x0c")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x22\x11\0\x0c")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x04\0\0\0\0")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\x11\x7f\x04")]
    public void What_is_no_header_is_refused(string bytes) =>
        Assert.Throws<FormatException>(() => ProxyHeaderParser.Parse(Encoding.Latin1.GetBytes(bytes)));
}
