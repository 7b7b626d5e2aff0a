using System.Net;
using System.Net.Sockets;
using System.Text;
using Skep.Abstractions.Email;
using Skep.Edge.Email;
using Skep.Testing;

namespace Skep.Edge.Tests.Email;

/// <summary>What an SMTP server hears.</summary>
public sealed class SmtpCarrierTests
{
    private const string Plain = "Subject: Hi\r\n\r\nHello\r\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_goes_to_all_its_recipients_in_one_transaction()
    {
        await using var server = new FakeSmtpServer().Start();
        await SendAsync(server, Plain, "b@example.com", "c@example.com");
        var message = Assert.Single(server.Messages);
        Assert.Equal(("MAIL FROM:<a@example.com> SIZE=22", Plain), (message.From, message.Content));
        Assert.Equal(["b@example.com", "c@example.com"], message.To);
        Assert.Equal("QUIT", server.Commands[^1]);
    }

    [Fact]
    public async Task Whatever_line_ends_a_message_has_it_cannot_end_before_its_end()
    {
        await using var server = new FakeSmtpServer().Start();
        await SendAsync(server, "Subject: Hi\n\n.\n..two\r.\rMAIL FROM:<x@y.z>\r\n.\r\nlast", "b@example.com");
        Assert.Equal("Subject: Hi\r\n\r\n.\r\n..two\r\n.\r\nMAIL FROM:<x@y.z>\r\n.\r\nlast\r\n", Assert.Single(server.Messages).Content);
        Assert.DoesNotContain("MAIL FROM:<x@y.z>", server.Commands);
    }

    [Fact]
    public async Task A_long_message_flows_through()
    {
        await using var server = new FakeSmtpServer().Start();
        var body = string.Concat(Enumerable.Range(0, 20_000).Select(line => $".line {line}\r\n"));
        await SendAsync(server, $"Subject: Hi\r\n\r\n{body}", "b@example.com");
        Assert.Equal($"Subject: Hi\r\n\r\n{body}", Assert.Single(server.Messages).Content);
    }

    [Fact]
    public async Task The_connection_is_encrypted_before_the_password_is_told()
    {
        using var certificate = FakeSmtpServer.NewCertificate("mail");
        await using var server = new FakeSmtpServer { Certificate = certificate, EncryptedOffers = ["AUTH LOGIN PLAIN"] }.Start();
        await SendAsync(server, Plain, options => options with { Encryption = SmtpEncryption.StartTls, User = "me", Password = "geheim ü", Certificates = (_, shown, _, _) => shown!.GetCertHashString() == certificate.Thumbprint });
        var message = Assert.Single(server.Messages);
        Assert.Equal(("|me|geheim ü", true), (message.Credentials, message.IsEncrypted));
        Assert.Equal(["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"], server.Commands.Select(command => command.Split(' ')[0]));
    }

    [Fact]
    public async Task A_port_can_be_encrypted_from_the_first_byte()
    {
        using var certificate = FakeSmtpServer.NewCertificate("mail");
        await using var server = new FakeSmtpServer { Certificate = certificate, IsImplicit = true, Offers = ["AUTH LOGIN"] }.Start();
        await SendAsync(server, Plain, options => options with { Encryption = SmtpEncryption.Tls, User = "me", Password = "geheim", Certificates = (_, shown, _, _) => shown!.GetCertHashString() == certificate.Thumbprint });
        Assert.Equal(("me|geheim", true), (server.Messages[0].Credentials, server.Messages[0].IsEncrypted));
    }

    [Fact]
    public async Task A_server_that_cannot_prove_who_it_is_gets_nothing()
    {
        using var certificate = FakeSmtpServer.NewCertificate("mail");
        await using var server = new FakeSmtpServer { Certificate = certificate }.Start();
        Assert.Contains("TLS handshake", await FailsAsync(server, options => options with { Encryption = SmtpEncryption.StartTls, User = "me", Password = "geheim" }), StringComparison.Ordinal);
        Assert.Equal(["EHLO", "STARTTLS"], server.Commands.Select(command => command.Split(' ')[0]));
    }

    [Fact]
    public async Task What_came_before_the_encryption_is_not_believed()
    {
        using var certificate = FakeSmtpServer.NewCertificate("mail");
        await using var server = new FakeSmtpServer { Certificate = certificate, Injected = "250 AUTH PLAIN" }.Start();
        Assert.Contains("before the connection was encrypted", await FailsAsync(server, options => options with { Encryption = SmtpEncryption.StartTls }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_encryption_is_refused_unless_that_is_allowed()
    {
        await using var server = new FakeSmtpServer().Start();
        Assert.Contains("does not offer STARTTLS. Set smtp_tls to", await FailsAsync(server, options => options with { Encryption = SmtpEncryption.StartTls }), StringComparison.Ordinal);
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task All_recipients_get_it_or_none()
    {
        await using var server = new FakeSmtpServer { Instead = new Dictionary<string, string> { ["RCPT TO:<c@"] = "550 5.1.1 No such user" } }.Start();
        var failed = await Assert.ThrowsAsync<EmailException>(() => SendAsync(server, Plain, "b@example.com", "c@example.com"));
        Assert.Equal((EmailErrorCodes.DeliveryFailed, "The SMTP server refuses the recipient c@example.com: 550 5.1.1 No such user"), (failed.Code, failed.Message));
        Assert.DoesNotContain("DATA", server.Commands);
    }

    [Theory]
    [InlineData("", "554 Go away", "refuses the connection: 554 Go away")]
    [InlineData("MAIL", "550 5.7.1 Not you", "refuses the sender a@example.com: 550 5.7.1 Not you")]
    [InlineData("DATA", "451 4.3.0 Later", "refuses the message: 451 4.3.0 Later")]
    [InlineData("", "HTTP/1.1 400 Bad Request", "does not speak SMTP: it said \"HTTP/1.1 400 Bad Request\"")]
    [InlineData("MAIL", "550 a\u001b[31mred", "550 a?[31mred")]
    public async Task What_the_server_says_is_told(string command, string answer, string told)
    {
        await using var server = new FakeSmtpServer { Instead = new Dictionary<string, string> { [command] = answer } }.Start();
        Assert.Contains(told, await FailsAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_knows_no_extensions_is_served()
    {
        await using var server = new FakeSmtpServer { Offers = null }.Start();
        await SendAsync(server, Plain, "b@example.com");
        Assert.Equal("MAIL FROM:<a@example.com>", Assert.Single(server.Messages).From);
    }

    [Fact]
    public async Task A_server_is_not_given_what_it_does_not_take()
    {
        await using var server = new FakeSmtpServer { Offers = ["SIZE 10"] }.Start();
        var large = await Assert.ThrowsAsync<EmailException>(() => SendAsync(server, Plain, "b@example.com"));
        Assert.Equal(EmailErrorCodes.ContentTooLarge, large.Code);
        await using var ascii = new FakeSmtpServer { Offers = [] }.Start();
        Assert.Contains("8BITMIME", (await Assert.ThrowsAsync<EmailException>(() => SendAsync(ascii, "Subject: Hi\r\n\r\nübel", "b@example.com"))).Message, StringComparison.Ordinal);
        Assert.Contains("SMTPUTF8", (await Assert.ThrowsAsync<EmailException>(() => SendAsync(ascii, "Subject: ü\r\n\r\nHi", "b@example.com"))).Message, StringComparison.Ordinal);
        Assert.Contains("SMTPUTF8", (await Assert.ThrowsAsync<EmailException>(() => SendAsync(ascii, Plain, "ü@example.com"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_is_not_ASCII_is_announced_and_domains_are_encoded()
    {
        await using var server = new FakeSmtpServer().Start();
        await SendAsync(server, "Subject: ü\r\n\r\nHi", "b@bücher.example");
        Assert.EndsWith(" BODY=8BITMIME SMTPUTF8", Assert.Single(server.Messages).From, StringComparison.Ordinal);
        Assert.Equal(["b@xn--bcher-kva.example"], server.Messages[0].To);
    }

    [Theory]
    [InlineData("b@example.com>\r\nRCPT TO:<c@example.com")]
    [InlineData("b@example.com c")]
    [InlineData("b")]
    [InlineData("")]
    public async Task An_address_cannot_be_a_command(string recipient)
    {
        await using var server = new FakeSmtpServer().Start();
        var refused = await Assert.ThrowsAsync<EmailException>(() => SendAsync(server, Plain, recipient));
        Assert.Equal(EmailErrorCodes.Validation, refused.Code);
        Assert.Empty(server.Commands);
    }

    [Fact]
    public async Task A_message_that_is_shorter_than_announced_is_not_delivered()
    {
        var server = new FakeSmtpServer().Start();
        using SmtpCarrier carrier = new(Options(server));
        var mail = Mail(Plain, "b@example.com") with { Length = 100 };
        await Assert.ThrowsAsync<InvalidDataException>(() => carrier.SendAsync(mail, new MemoryStream(Encoding.UTF8.GetBytes(Plain)), Cancellation));
        await server.DisposeAsync();
        Assert.Equal("DATA", server.Commands[^1]);
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task A_server_can_be_tried_out()
    {
        await using var server = new FakeSmtpServer { Offers = ["AUTH PLAIN"] }.Start();
        using SmtpCarrier carrier = new(Options(server) with { User = "me", Password = "geheim" });
        await carrier.ProbeAsync(Cancellation);
        Assert.Equal(["EHLO", "AUTH", "QUIT"], server.Commands.Select(command => command.Split(' ')[0]));
        await using var strict = new FakeSmtpServer { Offers = ["AUTH PLAIN"], Instead = new Dictionary<string, string> { ["AUTH"] = "535 5.7.8 No" } }.Start();
        using SmtpCarrier refused = new(Options(strict) with { User = "me", Password = "geheim" });
        Assert.Equal("The SMTP server refuses the password of me: 535 5.7.8 No", (await Assert.ThrowsAsync<EmailException>(() => refused.ProbeAsync(Cancellation))).Message);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        using SmtpCarrier carrier = new(new SmtpOptions("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port, SmtpEncryption.None) { Patience = TimeSpan.FromMilliseconds(50) });
        var failed = await Assert.ThrowsAsync<EmailException>(() => carrier.SendAsync(Mail(Plain, "b@example.com"), new MemoryStream(Encoding.UTF8.GetBytes(Plain)), Cancellation));
        Assert.Contains("did not answer in time", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_is_delivered()
    {
        using DeafPort nowhere = new();
        using SmtpCarrier carrier = new(new SmtpOptions("127.0.0.1", nowhere.Address.Port, SmtpEncryption.None));
        var failed = await Assert.ThrowsAsync<EmailException>(() => carrier.SendAsync(Mail(Plain, "b@example.com"), new MemoryStream(Encoding.UTF8.GetBytes(Plain)), Cancellation));
        Assert.Contains("cannot be reached", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, null, SmtpEncryption.StartTls, 587)]
    [InlineData(465, null, null, SmtpEncryption.Tls, 465)]
    [InlineData(null, "tls", null, SmtpEncryption.Tls, 465)]
    [InlineData(null, "none", null, SmtpEncryption.None, 25)]
    [InlineData(2525, "starttls", "me", SmtpEncryption.StartTls, 2525)]
    public void Port_and_encryption_follow_from_each_other(int? port, string? tls, string? user, SmtpEncryption encryption, int expected)
    {
        var options = SmtpOptions.Read("mail.example.com", port, tls, user, user is null ? null : "geheim")!;
        Assert.Equal((encryption, expected, user), (options.Encryption, options.Port, options.User));
    }

    [Fact]
    public void Settings_that_do_not_fit_are_refused()
    {
        Assert.Null(SmtpOptions.Read(null, null, null, null, null));
        Assert.Contains("smtp_host", Assert.Throws<FormatException>(() => SmtpOptions.Read(null, 25, null, null, null)).Message, StringComparison.Ordinal);
        Assert.Contains("go together", Assert.Throws<FormatException>(() => SmtpOptions.Read("mail", null, null, "me", null)).Message, StringComparison.Ordinal);
        Assert.Contains("mail:25", Assert.Throws<FormatException>(() => SmtpOptions.Read("mail:25", null, null, null, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_sent_though_the_server_does_not_say_goodbye()
    {
        await using var server = new FakeSmtpServer { Instead = new Dictionary<string, string> { ["QUIT"] = "221-Not yet" } }.Start();
        await SendAsync(server, Plain, static options => options with { Patience = TimeSpan.FromHours(1), EndPatience = TimeSpan.FromMilliseconds(20) });
        Assert.Single(server.Messages);
    }

    private static SmtpOptions Options(FakeSmtpServer server) => new("127.0.0.1", server.Port, SmtpEncryption.None);

    private static EmailDelivery Mail(string content, params string[] recipients) =>
        EmailDelivery.Of(EmailPurpose.Send, "app", "a@example.com", [.. recipients], Encoding.UTF8.GetBytes(content));

    private static Task SendAsync(FakeSmtpServer server, string content, params string[] recipients) => SendAsync(Options(server), content, recipients);

    private static Task SendAsync(FakeSmtpServer server, string content, Func<SmtpOptions, SmtpOptions> with) => SendAsync(with(Options(server)), content, "b@example.com");

    private static async Task SendAsync(SmtpOptions options, string content, params string[] recipients)
    {
        using SmtpCarrier carrier = new(options);
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(content));
        await carrier.SendAsync(Mail(content, recipients), stream, Cancellation);
    }

    private static async Task<string> FailsAsync(FakeSmtpServer server, Func<SmtpOptions, SmtpOptions>? with = null) =>
        (await Assert.ThrowsAsync<EmailException>(() => SendAsync(server, Plain, with ?? (static options => options)))).Message;
}
