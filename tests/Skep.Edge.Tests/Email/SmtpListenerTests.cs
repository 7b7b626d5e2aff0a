using System.Net;
using System.Net.Sockets;
using System.Text;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Email;
using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Edge.Email;
using Skep.Edge.Email.Inbound;
using Skep.Edge.Tests.Tls;
using Skep.Edge.Tls;
using Skep.Testing;

namespace Skep.Edge.Tests.Email;

/// <summary>Email from other servers, and what they are told.</summary>
public sealed class SmtpListenerTests : IAsyncDisposable
{
    private readonly Rules _rules = new();
    private readonly Target _target = new();
    private readonly FakeEmailCarrier _carrier = new();
    private readonly List<Exception> _failures = [];
    private SmtpListener? _listener;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null) await _listener.DisposeAsync();
    }

    [Fact]
    public async Task A_message_goes_to_the_worker_that_its_recipient_s_rule_names()
    {
        var answers = await TalkAsync("EHLO out.example", "MAIL FROM:<a@example.org> SIZE=20 BODY=8BITMIME", "RCPT TO:<Me@example.com>", "DATA", "Subject: Hi\r\n\r\n..dot\r\nHellö\r\n.", "QUIT");
        Assert.Equal(["220", "250", "250", "250", "354", "250", "221"], answers.Select(answer => answer[..3]));
        var (script, email) = Assert.Single(_target.Delivered);
        Assert.Equal(("app", "a@example.org", "Me@example.com"), (script, email.From, email.To));
        var content = Encoding.UTF8.GetString(email.Content.Span);
        Assert.Matches("^Received: from out.example \\(\\[127.0.0.1\\]\\)\r\n\tby mx.test with ESMTP id [0-9a-f]{32}\r\n\tfor <Me@example.com>; ", content);
        Assert.EndsWith("\r\nSubject: Hi\r\n\r\n.dot\r\nHellö\r\n", content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_client_of_ours_is_understood()
    {
        Start();
        using SmtpCarrier carrier = new(new SmtpOptions("127.0.0.1", _listener!.Address.Port, SmtpEncryption.None));
        var text = $"Subject: Hi\r\n\r\n{string.Concat(Enumerable.Range(0, 50_000).Select(line => $".{line}\r\n"))}";
        var bytes = Encoding.UTF8.GetBytes(text);
        await carrier.SendAsync(EmailDelivery.Of(EmailPurpose.Send, "x", "a@example.org", ["me@example.com"], bytes), new MemoryStream(bytes), Cancellation);
        Assert.EndsWith(text, Encoding.UTF8.GetString(Assert.Single(_target.Delivered).Email.Content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_is_encrypted_with_the_server_s_certificate()
    {
        using TemporaryFolder folder = new();
        var certificate = TestCertificate.For("mx.test");
        var path = certificate.WriteTo(folder, "mx");
        Start(options => options with { Tls = new TlsOptions { Certificates = [new CertificateLocation(path)] } });
        using SmtpCarrier carrier = new(new SmtpOptions("127.0.0.1", _listener!.Address.Port, SmtpEncryption.StartTls)
        {
            Certificates = (_, shown, _, _) => shown!.GetCertHashString() == certificate.Thumbprint,
        });
        var bytes = "Subject: Hi\r\n\r\nHello\r\n"u8.ToArray();
        await carrier.SendAsync(EmailDelivery.Of(EmailPurpose.Send, "x", "a@example.org", ["me@example.com"], bytes), new MemoryStream(bytes), Cancellation);
        Assert.Contains(" with ESMTPS id ", Encoding.UTF8.GetString(Assert.Single(_target.Delivered).Email.Content.Span), StringComparison.Ordinal);
        Assert.Equal("501 5.5.1 Wait for the answer to STARTTLS", (await TalkAsync("EHLO x", "STARTTLS\r\nMAIL FROM:<x@y.z>"))[^1]);
    }

    [Theory]
    [InlineData("nobody@example.com", "550 5.1.1")]
    [InlineData("me@example.net", "550 5.1.1")]
    [InlineData("off@example.com", "550 5.1.1")]
    [InlineData("postmaster", "501 5.1.3")]
    [InlineData("", "501 5.1.3")]
    public async Task Nobody_else_s_email_is_taken(string recipient, string answer)
    {
        var answers = await TalkAsync("EHLO out.example", "MAIL FROM:<a@example.org>", $"RCPT TO:<{recipient}>", "DATA");
        Assert.StartsWith(answer, answers[3], StringComparison.Ordinal);
        Assert.StartsWith("503", answers[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_handler_refuses_is_told_the_sender()
    {
        _target.Result = new EmailResult(FetchEvents.Ok, "No ads\r\n250 ü");
        Assert.Equal("550 5.7.1 No ads??250 ?", await SendAsync("me@example.com"));
    }

    [Fact]
    public async Task What_could_not_be_handled_is_to_come_again()
    {
        _target.Result = new EmailResult(FetchEvents.Ok with { Outcome = InvocationOutcome.Exception }, "No");
        Assert.StartsWith("451 4.3.0", await SendAsync("me@example.com"), StringComparison.Ordinal);
        _target.Result = null;
        Assert.StartsWith("451 4.3.0", await SendAsync("me@example.com"), StringComparison.Ordinal);
        _target.Failure = new InvalidOperationException("lost");
        Assert.StartsWith("451 4.3.0", await SendAsync("me@example.com"), StringComparison.Ordinal);
        Assert.Equal(["lost"], _failures.Select(failure => failure.Message));
    }

    [Fact]
    public async Task A_rule_forwards_or_drops()
    {
        Assert.StartsWith("250", await SendAsync("box@example.com"), StringComparison.Ordinal);
        var (mail, content) = Assert.Single(_carrier.Sent);
        Assert.Equal(("box@example.com", "far@example.net"), (mail.From, mail.Recipients.Single()));
        Assert.EndsWith("\r\nHi\r\n", content, StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync("hole@example.com"), StringComparison.Ordinal);
        _carrier.Failure = new EmailException(EmailErrorCodes.DeliveryFailed, "down");
        Assert.StartsWith("451", await SendAsync("box@example.com"), StringComparison.Ordinal);
        Assert.Single(_carrier.Sent);
        Assert.Empty(_target.Delivered);
    }

    [Fact]
    public async Task Each_recipient_has_a_message_of_its_own()
    {
        var answers = await TalkAsync("EHLO out.example", "MAIL FROM:<>", "RCPT TO:<me@example.com>", "RCPT TO:<me@example.com>", "DATA", "\r\nHi\r\n.", "MAIL FROM:<>", "RCPT TO:<me@example.com>", "DATA", "\r\nHo\r\n.");
        Assert.Equal(["250", "250", "452", "354", "250", "250", "250", "354", "250"], answers.Skip(2).Select(answer => answer[..3]));
        Assert.Equal(["", ""], _target.Delivered.Select(delivered => delivered.Email.From));
    }

    [Fact]
    public async Task Commands_may_come_together()
    {
        var answers = await TalkAsync("EHLO out.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<me@example.com>\r\nDATA\r\nHi: there\r\n\r\n.\r\nQUIT");
        Assert.Equal(["220", "250", "250", "250", "354", "250", "221"], answers.Select(answer => answer[..3]));
    }

    [Theory]
    [InlineData("MAIL FROM:<a@example.org>", "503")]
    [InlineData("EHLO", "501")]
    [InlineData("EHLO a b", "501")]
    [InlineData("HELO x\r\nMAIL FROM:a@example.org", "501")]
    [InlineData("HELO x\r\nMAIL FROM:<@relay:a@example.org>", "501")]
    [InlineData("HELO x\r\nMAIL FROM:<a b@example.org>", "501")]
    [InlineData("HELO x\r\nMAIL FROM:<a@example.org> AUTH=<>", "555")]
    [InlineData("HELO x\r\nMAIL FROM:<a@example.org> SIZE=26214401", "552")]
    [InlineData("HELO x\r\nRCPT TO:<me@example.com>", "503")]
    [InlineData("HELO x\r\nDATA", "503")]
    [InlineData("HELO x\r\nMAIL FROM:<a@example.org>\r\nMAIL FROM:<a@example.org>", "503")]
    [InlineData("HELO x\r\nMAIL FROM:<a@example.org>\r\nRSET\r\nRCPT TO:<me@example.com>", "503")]
    [InlineData("TURN", "502")]
    [InlineData("EHLO x\r\nSTARTTLS", "502")]
    [InlineData("NOOP\nQUIT", "500")]
    [InlineData("NO\0OP", "500")]
    public async Task What_does_not_fit_is_refused(string commands, string code) => Assert.StartsWith(code, (await TalkAsync(commands))[^1], StringComparison.Ordinal);

    [Theory]
    [InlineData("\nbare\r\n.", "\r\nbare\r\n")]
    [InlineData("\r\nbare\rreturn\r\n.", "\r\nbare\r\nreturn\r\n")]
    [InlineData("\r\nend?\n.\nMAIL FROM:<x@y.z>\r\n.", "\r\nend?\r\n.\r\nMAIL FROM:<x@y.z>\r\n")]
    [InlineData("\r\nend?\r.\rMAIL FROM:<x@y.z>\r\n.", "\r\nend?\r\n.\r\nMAIL FROM:<x@y.z>\r\n")]
    [InlineData("\r\nend?\r\n.\rMAIL FROM:<x@y.z>\r\n.", "\r\nend?\r\n.\r\nMAIL FROM:<x@y.z>\r\n")]
    [InlineData("\r\nend?\r\n.\nMAIL FROM:<x@y.z>\r\n.", "\r\nend?\r\n.\r\nMAIL FROM:<x@y.z>\r\n")]
    [InlineData("\r\nend?\n.\r\nMAIL FROM:<x@y.z>\r\n.", "\r\nend?\r\n.\r\nMAIL FROM:<x@y.z>\r\n")]
    [InlineData("\r\nend?\r.\r\nMAIL FROM:<x@y.z>\r\n.", "\r\nend?\r\n.\r\nMAIL FROM:<x@y.z>\r\n")]
    [InlineData("\n..dots\n...\r\n.", "\r\n.dots\r\n..\r\n")]
    public async Task Line_ends_that_others_may_read_otherwise_end_lines_and_never_the_message(string message, string content)
    {
        var answers = await TalkAsync("EHLO x", "MAIL FROM:<a@example.org>", "RCPT TO:<me@example.com>", "DATA", $"Hi: there\n{message}", "NOOP");
        Assert.Equal(["220", "250", "250", "250", "354", "250", "250"], answers.Select(answer => answer[..3]));
        Assert.EndsWith($"\r\nHi: there\r\n{content}", Encoding.UTF8.GetString(Assert.Single(_target.Delivered).Email.Content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_refused_when_it_has_come()
    {
        var line = new string('x', 98) + "\r\n";
        var answers = await TalkAsync("EHLO x", "MAIL FROM:<a@example.org>", "RCPT TO:<me@example.com>", "DATA", string.Concat(Enumerable.Repeat(line, ((26 << 20) / 100) + 1)) + ".", "NOOP");
        Assert.Equal(["354", "552", "250"], answers.TakeLast(3).Select(answer => answer[..3]));
        Assert.Empty(_target.Delivered);
    }

    [Fact]
    public async Task A_message_that_goes_in_circles_is_refused() => Assert.StartsWith(
        "554 5.4.6", await SendAsync("me@example.com", string.Concat(Enumerable.Repeat("Received: from a\r\n", 50)) + "\r\nHi"), StringComparison.Ordinal);

    [Fact]
    public async Task Who_talks_nonsense_is_sent_away()
    {
        var answers = await TalkAsync([.. Enumerable.Repeat("HUH", 12)]);
        Assert.Equal((11, "421 4.7.0 Too many mistakes"), (answers.Count, answers[^1]));
        Assert.StartsWith("500 5.5.2 The line is too long", (await TalkAsync(new string('x', 5000)))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_says_nothing_is_sent_away()
    {
        Start(options => options with { Patience = TimeSpan.FromMilliseconds(50) });
        using TcpClient client = new();
        await client.ConnectAsync(_listener!.Address, Cancellation);
        using StreamReader reader = new(client.GetStream());
        Assert.EndsWith("\r\n421 4.4.2 Timeout\r\n", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_has_so_many_connections()
    {
        Start(options => options with { ConnectionsPerAddress = 1 });
        using TcpClient first = new();
        await first.ConnectAsync(_listener!.Address, Cancellation);
        using StreamReader greeting = new(first.GetStream());
        Assert.StartsWith("220", await greeting.ReadLineAsync(Cancellation), StringComparison.Ordinal);
        using TcpClient second = new();
        await second.ConnectAsync(_listener.Address, Cancellation);
        using StreamReader refusal = new(second.GetStream());
        Assert.Equal("421 4.7.0 Too many connections; try again later", await refusal.ReadLineAsync(Cancellation));
    }

    [Fact]
    public void Nobody_alone_takes_all_the_room_for_messages()
    {
        SmtpListenerOptions options = new(new IPEndPoint(IPAddress.Loopback, 0), "mx.test");
        Assert.True(options.ConnectionsPerAddress < options.Messages);
    }

    [Fact]
    public async Task A_server_that_ends_answers_what_it_has_taken()
    {
        TaskCompletionSource<EmailResult?> handled = new();
        _target.Until = handled.Task;
        Start();
        using TcpClient client = new();
        await client.ConnectAsync(_listener!.Address, Cancellation);
        await client.GetStream().WriteAsync("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<me@example.com>\r\nDATA\r\n\r\nHi\r\n.\r\n"u8.ToArray(), Cancellation);
        await _target.Called;
        var ending = _listener.DisposeAsync().AsTask();
        handled.SetResult(new EmailResult(FetchEvents.Ok, null));
        using StreamReader reader = new(client.GetStream());
        Assert.EndsWith("\r\n354 End with <CR><LF>.<CR><LF>\r\n250 2.6.0 Message accepted\r\n421 4.3.2 The server is going down\r\n", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
        await ending;
    }

    [Fact]
    public async Task A_server_that_ends_does_not_wait_for_what_is_still_coming()
    {
        Start(options => options with { EndPatience = Timeout.InfiniteTimeSpan });
        using TcpClient client = new();
        await client.ConnectAsync(_listener!.Address, Cancellation);
        using StreamReader reader = new(client.GetStream());
        await client.GetStream().WriteAsync("HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<me@example.com>\r\nDATA\r\nSubject: H"u8.ToArray(), Cancellation);
        while (await reader.ReadLineAsync(Cancellation) is { } line && !line.StartsWith("354", StringComparison.Ordinal))
        {
        }

        await _listener.DisposeAsync();
        Assert.Equal("421 4.3.2 The server is going down\r\n", await reader.ReadToEndAsync(Cancellation));
        Assert.Empty(_target.Delivered);
    }

    [Fact]
    public async Task A_forward_that_is_refused_is_told_with_both_addresses()
    {
        _carrier.Failure = new EmailException(EmailErrorCodes.DeliveryFailed, "down");
        Assert.StartsWith("451", await SendAsync("box@example.com"), StringComparison.Ordinal);
        Assert.Equal("Email for box@example.com could not be forwarded to far@example.net: down", Assert.Single(_failures).Message);
    }

    private void Start(Func<SmtpListenerOptions, SmtpListenerOptions>? with = null)
    {
        SmtpListenerOptions options = new(new IPEndPoint(IPAddress.Loopback, 0), "mx.test");
        _listener = new SmtpListener(with?.Invoke(options) ?? options, new EmailRouter(_rules, _target, _carrier, _failures.Add), _failures.Add);
        _listener.Start();
    }

    private async Task<string> SendAsync(string recipient, string message = "\r\nHi") =>
        (await TalkAsync("EHLO x", "MAIL FROM:<a@example.org>", $"RCPT TO:<{recipient}>", "DATA", $"{message}\r\n."))[^1];

    // Says all that, and no more, and returns the last line of each answer.
    private async Task<List<string>> TalkAsync(params string[] lines)
    {
        if (_listener is null) Start();
        using TcpClient client = new();
        await client.ConnectAsync(_listener!.Address, Cancellation);
        var stream = client.GetStream();
        var writing = WriteAsync();
        List<string> answers = [];
        using StreamReader reader = new(stream);
        try
        {
            while (await reader.ReadLineAsync(Cancellation) is { } line)
            {
                if (line[3] == ' ') answers.Add(line);
            }
        }
        catch (IOException)
        {
            // Reset: it was sent away while more was on its way.
        }

        await writing;
        return answers;

        async Task WriteAsync()
        {
            try
            {
                foreach (var line in lines) await stream.WriteAsync(Encoding.UTF8.GetBytes($"{line}\r\n"), Cancellation);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (IOException)
            {
                // Sent away before it had said all.
            }
        }
    }

    private sealed class Rules : IEmailRules
    {
        private static readonly EmailRule[] All = [Rule("me", EmailRuleAction.Worker, "app"), Rule("box", EmailRuleAction.Forward, "far@example.net"), Rule("hole", EmailRuleAction.Drop, "")];

        public ValueTask<EmailRule?> FindRuleForAsync(string address) => new(All.FirstOrDefault(rule => rule.Address.Equals(address, StringComparison.OrdinalIgnoreCase)));

        public ValueTask<System.Collections.Immutable.ImmutableArray<EmailRule>> ListRulesAsync(string zone) => throw new NotSupportedException();

        public ValueTask<bool> PutRuleAsync(EmailRule rule, AuditEntry audit) => throw new NotSupportedException();

        public ValueTask<bool> RemoveRuleAsync(string zone, string id, AuditEntry audit) => throw new NotSupportedException();

        private static EmailRule Rule(string name, EmailRuleAction action, string target) =>
            new() { Id = name, Zone = "", Address = $"{name}@example.com", Action = action, Target = target, CreatedOn = default };
    }

    private sealed class Target : IEmailTarget
    {
        private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<(string Script, EmailEvent Email)> Delivered { get; } = [];

        public EmailResult? Result { get; set; } = new(FetchEvents.Ok, null);

        public Task<EmailResult?>? Until { get; set; }

        public Exception? Failure { get; set; }

        public Task Called => _called.Task;

        public Task<EmailResult?> DeliverAsync(string script, EmailEvent email)
        {
            Delivered.Add((script, email));
            _called.TrySetResult();
            return Failure is { } failure ? Task.FromException<EmailResult?>(failure) : Until ?? Task.FromResult(Result);
        }
    }
}
