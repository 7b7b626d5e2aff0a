using Skep.Abstractions.Email;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Email;

/// <summary>The <c>send_email</c> binding as workers see it.</summary>
public sealed class SendEmailTests
{
    private const string Raw = "From: Me <me@example.com>\\r\\nTo: you@example.com\\r\\nMessage-ID: <own@example.com>\\r\\nSubject: Hi\\r\\n\\r\\nHello";

    private readonly FakeEmailCarrier _carrier = new();

    [Theory]
    [InlineData("RAW")]
    [InlineData("new TextEncoder().encode(RAW)")]
    [InlineData("new Response(RAW).body")]
    [InlineData("new ReadableStream({ start(c) { for (const part of RAW.split('H')) { c.enqueue(new TextEncoder().encode((first ? '' : 'H') + part)); first = false; } c.close(); } })")]
    public async Task A_message_is_sent_as_it_was_written_under_a_new_id(string raw)
    {
        var answer = await RunAsync($"const {{ messageId }} = await env.EMAIL.send(new EmailMessage('me@example.com', 'you@example.com', {raw})); return messageId");
        var (mail, content) = Assert.Single(_carrier.Sent);
        Assert.Equal((EmailPurpose.Send, "test", "me@example.com", "you@example.com"), (mail.Purpose, mail.Worker, mail.From, Assert.Single(mail.Recipients)));
        Assert.Matches("^<[A-Za-z0-9]{36}@example.com>$", answer);
        Assert.Equal($"Message-ID: {answer}\r\nFrom: Me <me@example.com>\r\nTo: you@example.com\r\nSubject: Hi\r\n\r\nHello", content);
        Assert.Equal(content.Length, mail.Length);
    }

    [Theory]
    [InlineData("from: me@example.com\\r\\n\\r\\n", "invalid message-id")]
    [InlineData("From: x@example.com\\r\\nMessage-ID: <1@b.c>\\r\\n\\r\\n", "From: header does not match mail from")]
    [InlineData("From: me@example.com\\r\\nFrom: x@example.com\\r\\nMessage-ID: <1@b.c>\\r\\n\\r\\n", "From: header does not match mail from")]
    [InlineData("Message-ID: <1@b.c>\\r\\n\\r\\n", "From: header does not match mail from")]
    [InlineData("From: me@example.com\\r\\nMessage-ID: <1@b.c>\\r\\nReceived: from x\\r\\n\\r\\n", "invalid headers set")]
    [InlineData("From: me@example.com\\r\\nMessage-ID: <1@b.c>\\r\\n", "could not find end of email headers")]
    [InlineData("From: me@example.com\\r\\nwhat?\\r\\nMessage-ID: <1@b.c>\\r\\n\\r\\n", "could not parse email: the header block contains an invalid field")]
    public async Task A_message_has_the_headers_that_it_must_have(string raw, string message)
    {
        Assert.Equal($"Error E_VALIDATION_ERROR {message}", await RunAsync($"await env.EMAIL.send(new EmailMessage('me@example.com', 'you@example.com', '{raw}'))"));
        Assert.Empty(_carrier.Sent);
    }

    [Theory]
    [InlineData("ANY", "me@example.com", "x@example.com", null)]
    [InlineData("ONE", "me@example.com", "one@example.com", null)]
    [InlineData("ONE", "me@example.com", "x@example.com", "E_RECIPIENT_NOT_ALLOWED email to x@example.com not allowed")]
    [InlineData("SOME", "me@example.com", "two@EXAMPLE.com", null)]
    [InlineData("SOME", "me@example.com", "x@example.com", "E_RECIPIENT_NOT_ALLOWED email to x@example.com not allowed")]
    [InlineData("FROM", "me@example.com", "x@example.com", null)]
    [InlineData("FROM", "x@example.com", "x@example.com", "E_SENDER_NOT_VERIFIED email from x@example.com not allowed")]
    public async Task A_binding_may_restrict_who_gets_mail_and_who_it_is_from(string binding, string from, string to, string? refusal)
    {
        string[] forms =
        [
            $"new EmailMessage('{from}', '{to}', RAW.replace('me@', '{from.Split('@')[0]}@'))",
            $"{{ from: {{ name: 'N', email: '{from}' }}, to: '{to}', subject: 's', text: 't' }}",
            $"{{ from: '{from}', bcc: ['{to}'], subject: 's', text: 't' }}",
        ];
        foreach (var form in forms) Assert.Equal(refusal is null ? "sent" : $"Error {refusal}", await RunAsync($"await env.{binding}.send({form}); return 'sent'"));
        Assert.Equal(refusal is null ? forms.Length : 0, _carrier.Sent.Count);
    }

    [Theory]
    [InlineData("new EmailMessage('me@example.com', null, RAW)")]
    [InlineData("{ from: 'me@example.com', subject: 's', text: 't' }")]
    public async Task Without_a_recipient_the_binding_s_own_gets_it(string message)
    {
        Assert.Equal("sent", await RunAsync($"await env.ONE.send({message}); return 'sent'"));
        Assert.Equal(["one@example.com"], _carrier.Sent[0].Mail.Recipients);
        Assert.Equal("Error E_FIELD_MISSING The field \"to\" is required.", await RunAsync($"await env.ANY.send({message})"));
    }

    [Fact]
    public async Task A_message_is_composed_of_fields()
    {
        var id = await RunAsync("""
            return (await env.EMAIL.send({
              from: { name: 'Jürgen "J" Müller', email: "me@example.com" }, to: ["you@example.com", { name: "Ann, B", email: "ann@bücher.example" }], cc: "Cc <cc@example.com>", bcc: "bcc@example.com",
              replyTo: "reply@example.com", subject: "Grüße 🐝", text: "Hällo\n.\n", headers: { "x-campaign": "c1", "in-reply-to": "<a@b.c>" },
            })).messageId
            """);
        var (mail, content) = Assert.Single(_carrier.Sent);
        Assert.Equal(["you@example.com", "ann@xn--bcher-kva.example", "cc@example.com", "bcc@example.com"], mail.Recipients);
        Assert.Equal(("me@example.com", EmailCharset.Ascii), (mail.From, mail.Charset));
        var date = content.Split("\r\n").Single(line => line.StartsWith("Date: ", StringComparison.Ordinal));
        Assert.Matches("^Date: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000$", date);
        Assert.Equal(
            $"""
            From: =?UTF-8?B?SsO8cmdlbiAiSiIgTcO8bGxlcg==?= <me@example.com>
            To: you@example.com, "Ann, B" <ann@xn--bcher-kva.example>
            Cc: "Cc" <cc@example.com>
            Reply-To: reply@example.com
            Subject: =?UTF-8?B?R3LDvMOfZSDwn5Cd?=
            Message-ID: {id}
            {date}
            MIME-Version: 1.0
            x-campaign: c1
            In-Reply-To: <a@b.c>
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            H=C3=A4llo
            .


            """.ReplaceLineEndings("\r\n"),
            content);
    }

    [Fact]
    public async Task Text_html_shown_and_attached_files_are_parts_of_parts()
    {
        Assert.Equal("sent", await RunAsync("""
            await env.EMAIL.send({
              from: "me@example.com", to: "you@example.com", subject: "s", text: "plain", html: "<img src='cid:bee'>",
              attachments: [
                { filename: "a.txt", type: "text/plain", disposition: "attachment", content: "SGVsbG8=" },
                { filename: "bee.png", type: "image/png", disposition: "inline", contentId: "bee", content: new Uint8Array([1, 2, 3]).buffer },
                { filename: "größe.bin", type: "application/octet-stream", disposition: "attachment", content: new Uint8Array(60) },
              ],
            });
            return "sent"
            """));
        var content = _carrier.Sent[0].Content;
        var lines = content.Split("\r\n").Where(line => line.StartsWith("Content-", StringComparison.Ordinal)).Select(line => line.Split("; boundary")[0].TrimEnd(';'));
        Assert.Equal(
            [
                "Content-Type: multipart/mixed",
                "Content-Type: multipart/alternative",
                "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 7bit",
                "Content-Type: multipart/related",
                "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 7bit",
                "Content-Type: image/png", "Content-Disposition: inline; filename=\"bee.png\"", "Content-ID: <bee>", "Content-Transfer-Encoding: base64",
                "Content-Type: text/plain", "Content-Disposition: attachment; filename=\"a.txt\"", "Content-Transfer-Encoding: base64",
                "Content-Type: application/octet-stream", "Content-Disposition: attachment; filename=\"gr__e.bin\"", "Content-Transfer-Encoding: base64",
            ],
            lines);
        Assert.Contains("\r\n\r\nAQID\r\n", content, StringComparison.Ordinal);
        Assert.Contains("\r\n\r\nSGVsbG8=\r\n", content, StringComparison.Ordinal);
        Assert.Contains(" filename*=UTF-8''gr%C3%B6%C3%9Fe.bin\r\n", content, StringComparison.Ordinal);
        Assert.All(content.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78));
        Assert.Equal(3, content.Split("\r\n").Count(line => line.StartsWith("--=_", StringComparison.Ordinal) && line.EndsWith("--", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Long_lines_and_headers_are_folded()
    {
        Assert.Equal("sent", await RunAsync("await env.EMAIL.send({ from: 'me@example.com', to: 'you@example.com', subject: 'word '.repeat(50) + 'ü'.repeat(100), text: 'x'.repeat(2000) + ' \\n= \\t\\r\\nend' }); return 'sent'"));
        var content = _carrier.Sent[0].Content;
        Assert.All(content.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78));
        Assert.Contains("=20\r\n=3D =09\r\nend", content, StringComparison.Ordinal);
        Assert.EndsWith("end\r\n", content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_gets_only_blind_copies_is_not_named()
    {
        await RunAsync("await env.EMAIL.send({ from: 'me@example.com', bcc: ['a@example.com', 'b@example.com'], subject: 's' })");
        Assert.Contains("\r\nTo: undisclosed-recipients:;\r\n", _carrier.Sent[0].Content, StringComparison.Ordinal);
        Assert.DoesNotContain("a@example.com", _carrier.Sent[0].Content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("to: 'a@b.c', subject: 's'", "E_FIELD_MISSING The field \"from\" is required.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c'", "E_FIELD_MISSING The field \"subject\" is required.")]
    [InlineData("from: 'a@b.c', subject: 's'", "E_FIELD_MISSING The field \"to\" is required.")]
    [InlineData("from: 'a', to: 'a@b.c', subject: 's'", "E_VALIDATION_ERROR \"a\" in the field \"from\" is not an email address.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c\\r\\nBcc: x@y.z', subject: 's'", "E_VALIDATION_ERROR \"a@b.c\r\nBcc: x@y.z\" in the field \"to\" is not an email address.")]
    [InlineData("from: { name: 'a\\r\\nb', email: 'a@b.c' }, to: 'a@b.c', subject: 's'", "E_VALIDATION_ERROR The name in the field \"from\" contains line breaks or control characters.")]
    [InlineData("from: 'a@b.c', to: Array(51).fill('a@b.c'), subject: 's'", "E_TOO_MANY_RECIPIENTS The message has 51 recipients in to, cc and bcc together; 50 are allowed.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 'a\\r\\nBcc: x@y.z'", "E_VALIDATION_ERROR The subject contains line breaks or control characters.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 'x'.repeat(999)", "E_VALIDATION_ERROR The subject has 999 characters; 998 are allowed.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', text: 'x'.repeat(26 << 20)", "E_CONTENT_TOO_LARGE The message has * bytes; 26214400 are allowed.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', attachments: [{ filename: 'f', type: 'a/b', content: new Uint8Array(26 << 20) }]", "E_CONTENT_TOO_LARGE The message has * bytes; 26214400 are allowed.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', attachments: [{ filename: 'f', type: 'a/b', content: '!' }]", "E_VALIDATION_ERROR invalid attachment content: *")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', attachments: [{ filename: 'f', type: 'what', content: '' }]", "E_VALIDATION_ERROR invalid attachment: \"what\" is not a media type *")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', attachments: [{ filename: 'f', type: 'a/b', disposition: 'inline', content: '' }]", "E_VALIDATION_ERROR invalid attachment: \"f\" is inline *")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', headers: { Date: 'x' }", "E_HEADER_NOT_ALLOWED Header 'Date' is not allowed. It is auto-generated by the platform.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', headers: { Sender: 'x' }", "E_HEADER_NOT_ALLOWED Header 'Sender' is not allowed. *")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', headers: { from: 'x' }", "E_HEADER_USE_API_FIELD Header 'from' must be set via the 'from' API field, not the 'headers' object.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', headers: { 'X-A': 'a\\r\\nBcc: x@y.z' }", "E_HEADER_VALUE_INVALID Header 'X-A' contains line breaks or control characters.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', headers: { 'X-A': '' }", "E_HEADER_VALUE_INVALID Header 'X-A' must not be empty.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', headers: { 'X A': 'a' }", "E_HEADER_NAME_INVALID Header name 'X A' contains invalid characters.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', headers: { 'X-A': 'x'.repeat(2049) }", "E_HEADER_VALUE_TOO_LONG Header 'X-A' value exceeds 2048 byte limit.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', headers: { 'List-Unsubscribe': '<http://x>' }", "E_HEADER_VALUE_INVALID Header 'List-Unsubscribe' must contain angle-bracket HTTPS or mailto URI(s).")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }", "E_HEADER_VALUE_INVALID Header 'List-Unsubscribe-Post' requires *")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', headers: { Precedence: 'high' }", "E_HEADER_VALUE_INVALID Header 'Precedence' must be bulk or list or junk.")]
    [InlineData("from: 'a@b.c', to: 'a@b.c', subject: 's', headers: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`X-${i}`, 'x'.repeat(2000)]))", "E_HEADERS_TOO_LARGE Total custom headers payload (17.6KB) exceeds 16KB limit.")]
    public async Task What_cannot_be_composed_is_refused_by_name(string fields, string message)
    {
        var answer = await RunAsync($"await env.EMAIL.send({{ {fields} }}); return 'sent'");
        var parts = $"Error {message}".Split('*');
        Assert.StartsWith(parts[0], answer, StringComparison.Ordinal);
        Assert.EndsWith(parts[^1], answer, StringComparison.Ordinal);
        Assert.Empty(_carrier.Sent);
    }

    [Fact]
    public async Task What_the_server_says_reaches_the_worker()
    {
        _carrier.Failure = new EmailException(EmailErrorCodes.DeliveryFailed, "The SMTP server refuses the message: 550 no");
        Assert.Equal("Error E_DELIVERY_FAILED The SMTP server refuses the message: 550 no", await RunAsync("await env.EMAIL.send({ from: 'a@b.c', to: 'a@b.c', subject: 's' })"));
    }

    [Fact]
    public async Task What_is_no_message_is_refused()
    {
        Assert.Equal("TypeError undefined Failed to execute 'send' on 'SendEmail': 1 argument required, but only 0 present.", await RunAsync("await env.EMAIL.send()"));
        Assert.StartsWith("TypeError undefined Failed to execute 'send' on 'SendEmail': The provided value is neither", await RunAsync("await env.EMAIL.send('hello')"), StringComparison.Ordinal);
        Assert.Equal("TypeError undefined Illegal invocation", await RunAsync("await env.EMAIL.send.call({}, {})"));
        Assert.Equal("TypeError undefined Failed to construct 'EmailMessage': 3 arguments required, but only 1 present.", await RunAsync("new EmailMessage('a')"));
        Assert.Equal("""["a@b.c","d@e.f","[object EmailMessage]","[object SendEmail]"]""", await RunAsync("const m = new EmailMessage('a@b.c', 'd@e.f', ''); return JSON.stringify([m.from, m.to, String(m), String(env.EMAIL)])"));
    }

    [Fact]
    public async Task A_message_that_never_ends_is_refused() => Assert.Equal(
        "RangeError undefined The message has more than 26214400 bytes.",
        await RunAsync("await env.EMAIL.send(new EmailMessage('a@b.c', 'a@b.c', new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1 << 20)) } })))"));

    [Fact]
    public async Task Without_a_carrier_the_version_is_refused()
    {
        var refused = await Assert.ThrowsAsync<Abstractions.Errors.WorkerStartupException>(() => TestWorker.StartAsync("export default { fetch() {} }", with: version => version with { Bindings = [new SendEmailBinding("EMAIL", null, null, null)] }));
        Assert.Contains("EMAIL", refused.Message, StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(string body)
    {
        await using var worker = await TestWorker.StartAsync(
            new WorkerVersion
            {
                Name = "test",
                MainModule = "main.js",
                Modules =
                [
                    TestWorker.Module("main.js", $$"""
                        import { EmailMessage } from "cloudflare:email";
                        const RAW = "{{Raw}}";
                        let first = true;
                        export default { async fetch(request, env) {
                          try {
                            return new Response(await (async () => { {{body}} })());
                          } catch (error) {
                            return new Response(`${error.name} ${error.code} ${error.message}`);
                          }
                        } }
                        """),
                ],
                Bindings =
                [
                    new SendEmailBinding("EMAIL", null, null, null), new SendEmailBinding("ANY", null, null, null), new SendEmailBinding("ONE", "one@example.com", null, null),
                    new SendEmailBinding("SOME", null, ["one@example.com", "two@example.com"], null), new SendEmailBinding("FROM", null, null, ["me@example.com"]),
                ],
            },
            services => services with { Email = _carrier });
        return (await worker.GetAsync()).Text;
    }

    [Fact]
    public async Task A_media_type_ends_with_no_line_break() => Assert.StartsWith(
        "Error E_VALIDATION_ERROR invalid attachment: \"text/plain\n\" is not a media type",
        await RunAsync("await env.EMAIL.send({ from: 'a@b.c', to: 'a@b.c', subject: 's', attachments: [{ filename: 'f', type: 'text/plain\\n', content: '' }] })"),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_long_name_is_folded()
    {
        Assert.Equal("sent", await RunAsync("await env.EMAIL.send({ from: { name: 'x'.repeat(2000), email: 'a@b.c' }, to: 'a@b.c', subject: 's' }); return 'sent'"));
        Assert.All(_carrier.Sent[0].Content.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78));
    }
}
