using System.Text;
using Skep.Abstractions.Email;

namespace Skep.Edge.Tests.Email;

/// <summary>Addresses and headers as they come.</summary>
public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("a@example.com", "", "a@example.com")]
    [InlineData("Ann <a@example.com>", "Ann", "a@example.com")]
    [InlineData("\"Ann \\\"B\\\" <x@y>\" <a@example.com>", "Ann \"B\" <x@y>", "a@example.com")]
    [InlineData("Ann (the <x@y.z> one) <a@example.com> (hm)", "Ann", "a@example.com")]
    [InlineData("<a@[127.0.0.1]>", "", "a@[127.0.0.1]")]
    [InlineData("ü@bücher.example", "", "ü@bücher.example")]
    public void A_mailbox_is_read(string text, string name, string address) => Assert.Equal(new EmailAddress(name, address), EmailAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("@example.com")]
    [InlineData("a@")]
    [InlineData("a b@example.com")]
    [InlineData("a@exam ple.com")]
    [InlineData("a@example.com\r\nBcc: b@example.com")]
    [InlineData("a@example.com, b@example.com")]
    [InlineData("<a@example.com")]
    [InlineData("a..b@example.com")]
    [InlineData(".a@example.com")]
    [InlineData("a@example..com")]
    [InlineData("a@[::1\n]")]
    public void What_is_no_mailbox_is_none(string text) => Assert.Null(EmailAddress.Parse(text));

    [Fact]
    public void The_first_of_several_is_found_in_a_group_too()
    {
        Assert.Equal("a@b.c", EmailAddress.ParseFirst("a@b.c, d@e.f")!.Address);
        Assert.Equal("a@b.c", EmailAddress.ParseFirst("Friends: Ann <a@b.c>, d@e.f;")!.Address);
    }

    [Theory]
    [InlineData("a@Example.com", "a@example.COM", true)]
    [InlineData("A@example.com", "a@example.com", false)]
    [InlineData("a@example.com", "b@example.com", false)]
    [InlineData("a", "a", true)]
    public void A_domain_may_be_written_in_any_case(string one, string other, bool same) => Assert.Equal(same, EmailAddress.AreSame(one, other));

    [Fact]
    public void Headers_are_unfolded_and_found_by_any_case()
    {
        var headers = Read("From: a@b.c\r\nSubject: one\r\n two\r\n\tthree\r\nX-Empty:\r\n\r\nBody: no header\r\n");
        Assert.Equal(("one two\tthree", "", null, null), (headers.Find("subject"), headers.Find("x-empty"), headers.Find("body"), headers.Problem));
        Assert.Equal(3, headers.All.Count);
    }

    [Theory]
    [InlineData("From: a@b.c\n\nHi", null)]
    [InlineData(" continued\r\nFrom: a@b.c\r\n\r\n", "the header block contains an invalid continuation")]
    [InlineData("no header\r\nFrom: a@b.c\r\n\r\n", "the header block contains an invalid field")]
    [InlineData("Fröm: x\r\nFrom: a@b.c\r\n\r\n", "the header block contains an invalid field name")]
    public void Lines_that_are_no_headers_are_told_and_left_out(string message, string? problem)
    {
        var headers = Read(message);
        Assert.Equal((problem, "a@b.c"), (headers.Problem, headers.Find("From")));
    }

    [Fact]
    public void Headers_of_before_UTF8_are_read_as_they_were_meant()
    {
        Assert.Equal("Grüße", Read("Subject: Grüße\r\n\r\n").Find("Subject"));
        Assert.Equal("Grüße", EmailHeaders.Read([.. Encoding.Latin1.GetBytes("Subject: Grüße\r\n\r\n")]).Find("Subject"));
    }

    [Fact]
    public void Of_a_message_of_nothing_but_headers_the_first_megabyte_is_read()
    {
        var message = Encoding.ASCII.GetBytes("From: a@b.c\n" + string.Concat(Enumerable.Repeat("a:\n", 1 << 20)) + "\nBody");
        var headers = EmailHeaders.Read(message);
        Assert.Equal(("a@b.c", message.Length - 5, "the header block has more than 1048576 bytes"), (headers.Find("From"), headers.End, headers.Problem));
        Assert.InRange(headers.All.Count, 300_000, 400_000);
    }

    private static EmailHeaders Read(string message) => EmailHeaders.Read(Encoding.UTF8.GetBytes(message));
}
