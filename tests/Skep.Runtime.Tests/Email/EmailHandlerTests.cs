using System.Text;
using Skep.Abstractions.Email;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Email;

/// <summary>Messages that come, and what handlers do with them.</summary>
public sealed class EmailHandlerTests
{
    private const string Message = "From: You <you@example.org>\r\nTo: me@example.com\r\nMessage-ID: <1@example.org>\r\nSubject: Grüße,\r\n folded\r\nX-Two: a\r\nX-Two: b\r\n\r\nHello";

    private const string Reply = "From: me@example.com\\r\\nTo: you@example.org\\r\\nIn-Reply-To: <1@example.org>\\r\\n";

    private readonly FakeEmailCarrier _carrier = new();

    [Fact]
    public async Task The_handler_sees_envelope_headers_and_content()
    {
        var (result, lines) = await DeliverAsync("""
            console.log(message.from, message.to, message.rawSize, message.canBeForwarded, String(message), typeof ctx.waitUntil, Object.keys(env).join());
            console.log(message.headers.get("subject"), message.headers.get("x-two"), [...message.headers.keys()].join());
            console.log((await new Response(message.raw).text()).length, message.raw === message.raw, message.raw.locked);
            try { message.headers.set("a", "b") } catch (error) { console.log(error.message) }
            """);
        Assert.Equal((InvocationOutcome.Ok, null), (result.Summary.Outcome, result.RejectReason));
        Assert.Equal(
            [
                $"you@example.org me@example.com {Encoding.UTF8.GetByteCount(Message)} true [object ForwardableEmailMessage] function ",
                "Grüße, folded a, b from,message-id,subject,to,x-two",
                $"{Message.Length} true true",
                "Can't modify immutable headers.",
            ],
            lines);
    }

    [Fact]
    public async Task A_message_can_be_refused()
    {
        Assert.Equal("No such user", (await DeliverAsync("message.setReject('No such user')")).Result.RejectReason);
        Assert.Equal("late", (await DeliverAsync("ctx.waitUntil(Promise.resolve().then(() => message.setReject('late')))")).Result.RejectReason);
    }

    [Fact]
    public async Task A_handler_that_throws_has_failed()
    {
        var (result, _) = await DeliverAsync("throw new Error('no')");
        Assert.Equal((InvocationOutcome.Exception, "Error: no"), (result.Summary.Outcome, result.Summary.Error!.Message));
    }

    [Fact]
    public async Task A_message_is_forwarded_whole_whatever_was_read_of_it()
    {
        var (_, lines) = await DeliverAsync("""
            await new Response(message.raw).text();
            const sent = await Promise.all([message.forward("a@example.net"), message.forward("b@example.net", new Headers({ "X-By": "bee" }))]);
            console.log(sent.map(each => each.messageId).join());
            """);
        Assert.Equal(["<1@example.org>,<1@example.org>"], lines);
        Assert.Equal(
            [("me@example.com", "a@example.net", Message), ("me@example.com", "b@example.net", $"x-by: bee\r\n{Message}")],
            _carrier.Sent.Select(sent => (sent.Mail.From, sent.Mail.Recipients.Single(), sent.Content)).OrderBy(sent => sent.Item2, StringComparer.Ordinal));
        Assert.All(_carrier.Sent, sent => Assert.Equal(EmailPurpose.Forward, sent.Mail.Purpose));
    }

    [Fact]
    public async Task A_report_of_a_failure_causes_no_other()
    {
        await DeliverAsync("await message.forward('a@example.net')", from: "");
        Assert.Equal("", Assert.Single(_carrier.Sent).Mail.From);
        Assert.Equal(["E_VALIDATION_ERROR Original email is not replyable"], (await DeliverAsync(Try("message.reply({ from: 'me@example.com', subject: 's' })"), from: "")).Lines);
    }

    [Theory]
    [InlineData("message.forward('what')", "E_VALIDATION_ERROR \"what\" is not an email address")]
    [InlineData("message.forward('a@b.c', new Headers({ Subject: 's' }))", "E_HEADER_NOT_ALLOWED Header 'subject' is not allowed. Only X-* headers can be added to a forwarded email.")]
    [InlineData("message.forward()", "undefined Failed to execute 'forward' on 'ForwardableEmailMessage': 1 argument required, but only 0 present.")]
    public async Task What_cannot_be_forwarded_is_refused(string forward, string error)
    {
        Assert.Equal([error], (await DeliverAsync(Try(forward))).Lines);
        Assert.Empty(_carrier.Sent);
    }

    [Fact]
    public async Task A_reply_joins_the_conversation()
    {
        var (_, lines) = await DeliverAsync($"const {{ messageId }} = await message.reply(new EmailMessage('me@example.com', 'you@example.org', '{Reply}\\r\\nThanks')); console.log(messageId)");
        var (mail, content) = Assert.Single(_carrier.Sent);
        Assert.Equal((EmailPurpose.Reply, "me@example.com", "you@example.org"), (mail.Purpose, mail.From, mail.Recipients.Single()));
        Assert.Equal($"References: <1@example.org>\r\nMessage-ID: {Assert.Single(lines)}\r\n{Reply.Replace("\\r\\n", "\r\n", StringComparison.Ordinal)}\r\nThanks", content);
    }

    [Fact]
    public async Task A_reply_can_be_composed_of_fields()
    {
        await DeliverAsync(
            "await message.reply({ from: { name: 'Me', email: 'me@example.com' }, subject: 'Re: hi', text: 'Thanks', to: 'x@y.z', headers: { References: '<x@y.z>', 'X-A': 'b' } })",
            Message.Replace("X-Two: a", "In-Reply-To: <0@example.com>\r\nReferences: <0@example.com>", StringComparison.Ordinal));
        var (mail, content) = Assert.Single(_carrier.Sent);
        Assert.Equal(["you@example.org"], mail.Recipients);
        Assert.Contains("\r\nTo: you@example.org\r\n", content, StringComparison.Ordinal);
        Assert.Contains("\r\nIn-Reply-To: <1@example.org>\r\nReferences: <0@example.com> <1@example.org>\r\nX-A: b\r\n", content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'you@example.org', 'From: x@example.com\\r\\n\\r\\n'", "From: header does not match mail from")]
    [InlineData("'you@example.org', 'From: me@example.com\\r\\n\\r\\n'", "no In-Reply-To header found in reply message")]
    [InlineData("'you@example.org', 'From: me@example.com\\r\\nIn-Reply-To: <2@example.org>\\r\\n\\r\\n'", "In-Reply-To does not match original Message-ID")]
    [InlineData("'you@example.org', REPLY + 'References: <2@example.org>\\r\\n\\r\\n'", "provided References header is invalid")]
    [InlineData("'you@example.org', REPLY + 'Received: x\\r\\n\\r\\n'", "invalid headers set")]
    [InlineData("'you@example.org', REPLY + 'Message-ID:\\r\\n\\r\\n'", "invalid message-id")]
    [InlineData("'x@example.org', REPLY + '\\r\\n'", "The recipient of a reply must be the sender of the original email")]
    public async Task A_reply_that_does_not_fit_is_refused(string arguments, string error)
    {
        Assert.Equal([$"E_VALIDATION_ERROR {error}"], (await DeliverAsync(Try($"message.reply(new EmailMessage('me@example.com', {arguments}))"))).Lines);
        Assert.Empty(_carrier.Sent);
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-replied")]
    [InlineData("X-Auto-Response-Suppress: All")]
    [InlineData("References: <0@example.com>")]
    [InlineData("In-Reply-To: <0@example.com>")]
    public async Task Machines_are_not_answered(string header) => Assert.Equal(
        ["E_VALIDATION_ERROR Original email is not replyable"],
        (await DeliverAsync(Try("message.reply({ from: 'me@example.com', subject: 's' })"), $"{header}\r\n{Message}")).Lines);

    [Fact]
    public async Task A_conversation_has_an_end()
    {
        var references = string.Join("\r\n ", Enumerable.Range(0, 100).Select(number => $"<{number}@example.com>"));
        Assert.Equal(
            ["E_VALIDATION_ERROR Original email is not replyable"],
            (await DeliverAsync(Try("message.reply({ from: 'me@example.com', subject: 's' })"), $"In-Reply-To: <0@example.com>\r\nReferences: {references}\r\n{Message}")).Lines);
    }

    [Fact]
    public async Task A_message_is_answered_once_and_by_its_own_domain()
    {
        var (_, lines) = await DeliverAsync($"{Try("message.reply({ from: 'me@example.net', subject: 's' })")} await message.reply({{ from: 'other@Example.com', subject: 's' }}); {Try("message.reply({ from: 'me@example.com', subject: 's' })")}");
        Assert.Equal(
            ["E_VALIDATION_ERROR The sender of a reply must be of the domain that received the email, example.com", "E_VALIDATION_ERROR Original email has been replied to already"], lines);
        Assert.Single(_carrier.Sent);
    }

    [Theory]
    [InlineData("import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { async email(message) { console.log(message.to, this.env !== undefined); await message.forward('a@b.c') } }", true)]
    [InlineData("addEventListener('email', (event) => { console.log(event.message.to, event instanceof EmailEvent); event.waitUntil(event.message.forward('a@b.c')) })", false)]
    public async Task Every_syntax_of_workers_takes_email(string script, bool isModule)
    {
        await using var worker = await StartAsync(script, isModule);
        var result = await DeliverAsync(worker, Message, "you@example.org");
        Assert.True(result.Summary.Outcome == InvocationOutcome.Ok, result.Summary.Error?.Message);
        Assert.Equal(["me@example.com true"], worker.Observer.Lines);
        Assert.Single(_carrier.Sent);
    }

    [Fact]
    public async Task Without_a_handler_the_message_is_not_taken()
    {
        await using var worker = await StartAsync("export default { fetch() {} }", isModule: true);
        var result = await DeliverAsync(worker, Message, "you@example.org");
        Assert.Equal((InvocationOutcome.Exception, "TypeError: Handler does not export a email() function."), (result.Summary.Outcome, result.Summary.Error!.Message));
    }

    [Fact]
    public async Task A_trace_has_the_envelope()
    {
        RecordingTraces traces = new();
        await using var worker = await TestWorker.StartAsync(Version("export default { email() {} }", isModule: true), services => services with { Email = _carrier, Traces = traces });
        await DeliverAsync(worker, Message, "you@example.org");
        Assert.Equal(new EmailTraceEvent("you@example.org", "me@example.com", Encoding.UTF8.GetByteCount(Message)), (await traces.NextAsync(TestContext.Current.CancellationToken)).Event);
    }

    private static string Try(string call) => $"try {{ await {call}; console.log('sent') }} catch (error) {{ console.log(error.code, error.message) }}";

    private static Task<EmailResult> DeliverAsync(TestWorker worker, string message, string from) =>
        worker.Worker.EmailAsync(new EmailEvent(from, "me@example.com", Encoding.UTF8.GetBytes(message))).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);

    private async Task<(EmailResult Result, IReadOnlyList<string> Lines)> DeliverAsync(string body, string message = Message, string from = "you@example.org")
    {
        await using var worker = await StartAsync($$"""import { EmailMessage } from "cloudflare:email"; const REPLY = "{{Reply}}"; export default { async email(message, env, ctx) { {{body}} } }""", isModule: true);
        var result = await DeliverAsync(worker, message, from);
        return (result, [.. worker.Observer.Lines]);
    }

    private Task<TestWorker> StartAsync(string script, bool isModule) => TestWorker.StartAsync(Version(script, isModule), services => services with { Email = _carrier });

    private static WorkerVersion Version(string script, bool isModule) => new()
    {
        Name = "test",
        MainModule = "main.js",
        Modules = [TestWorker.Module("main.js", script)],
        Syntax = isModule ? ScriptSyntax.Modules : ScriptSyntax.ServiceWorker,
    };

    [Fact]
    public async Task The_references_of_a_long_conversation_are_folded()
    {
        var references = string.Join("\r\n ", Enumerable.Range(0, 40).Select(number => $"<{number}.of-a-conversation@example.com>"));
        var (_, lines) = await DeliverAsync(
            Try($"message.reply(new EmailMessage('me@example.com', 'you@example.org', '{Reply}\\r\\nThanks'))"), $"In-Reply-To: <0@example.com>\r\nReferences: {references}\r\n{Message}");
        Assert.Equal(["sent"], lines);
        var content = Assert.Single(_carrier.Sent).Content;
        Assert.All(content.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78));
        Assert.Contains($"References: {references} <1@example.org>".Replace("\r\n", "", StringComparison.Ordinal), content.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
