using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Skep.Testing;

namespace Skep.EndToEnd.Tests.Platform;

/// <summary>Email of real processes: files in development, an SMTP server when it is served.</summary>
public sealed partial class EmailTests
{
    private const string Code = """
        import { EmailMessage } from "cloudflare:email";
        const say = (sent) => sent.then(({ messageId }) => new Response(messageId), (error) => new Response(`${error.code}: ${error.message}`));
        export default {
          fetch(request, env) {
            const [, how, to] = new URL(request.url).pathname.split("/");
            const raw = `From: app@example.com\r\nTo: ${to}\r\nMessage-ID: <1@example.com>\r\nSubject: Hi\r\n\r\n${"Hello. ".repeat(20_000)}`;
            return say(env.EMAIL.send(how === "raw" ? new EmailMessage("app@example.com", to, raw) : { from: "app@example.com", to, subject: "Grüße", text: "Hello" }));
          },
          async email(message, env, ctx) {
            if (message.from === "spam@example.org") return message.setReject("No spam");
            if (message.from === "broken@example.org") throw new Error("broken");
            await message.forward("box@example.com", new Headers({ "X-Seen": "yes" }));
            await message.reply({ from: message.to, subject: `Re: ${message.headers.get("subject")}`, text: "Thanks" });
          },
        };
        """;

    private const string Binding = """ "send_email": [{ "name": "EMAIL", "allowed_destination_addresses": ["you@example.com", "two@example.com"] }] """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_development_messages_are_files_and_handlers_are_run_on_request()
    {
        using TemporaryProject project = new();
        project.Write("wrangler.jsonc", $$"""{ "name": "app", "main": "index.js", "compatibility_date": "2026-11-01", {{Binding}} }""");
        project.Write("index.js", Code);
        await using var server = await ServerProcess.Start(Cancellation, "dev", "-c", Path.Combine(project.Folder, "wrangler.jsonc"));
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };

        var id = await client.GetStringAsync("/fields/you@example.com", Cancellation);
        Assert.Equal("E_RECIPIENT_NOT_ALLOWED: email to x@example.com not allowed", await client.GetStringAsync("/raw/x@example.com", Cancellation));
        await server.Printed("app sent a message from app@example.com to you@example.com", Cancellation);
        var file = (await server.Printed(Files(), 1, Cancellation))[0].Groups["path"].Value;
        Assert.StartsWith(Path.Combine(project.Folder, ".skep", "email"), file, StringComparison.Ordinal);
        Assert.Contains($"Message-ID: {id}\r\n", await File.ReadAllTextAsync(file, Cancellation), StringComparison.Ordinal);

        Assert.Equal("200 Worker successfully processed email", await TriggerAsync("you@example.org"));
        await server.Printed("app forwarded a message from app@example.com to box@example.com", Cancellation);
        await server.Printed("app replied with a message from app@example.com to you@example.org", Cancellation);
        Assert.Equal("400 Worker rejected email with the following reason: No spam", await TriggerAsync("spam@example.org"));
        Assert.Equal("500 exception: Error: broken", await TriggerAsync("broken@example.org"));

        async Task<string> TriggerAsync(string from)
        {
            using StringContent message = new($"From: {from}\r\nMessage-ID: <1@example.org>\r\nSubject: Hi\r\n\r\nHello");
            using var response = await client.PostAsync($"/cdn-cgi/handler/email?from={from}&to=app@example.com", message, Cancellation);
            return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}";
        }
    }

    [Theory]
    [InlineData("2")]
    [InlineData("0")]
    public async Task Deployed_Workers_send_through_the_configured_server(string processes)
    {
        await using var smtp = new FakeSmtpServer { Offers = ["SIZE 1000000", "AUTH PLAIN"] }.Start();
        await using var project = await ServedProject.StartAsync("--smtp-host", "127.0.0.1", "--smtp-port", $"{smtp.Port}", "--smtp-tls", "none", "--smtp-user", "skep", "--smtp-password", "geheim", "--processes", processes);
        await project.DeployAsync(Binding, Code);
        var (raw, fields) = (await project.GetAsync("/raw/you@example.com"), await project.GetAsync("/fields/two@example.com"));
        Assert.Equal(["you@example.com", "two@example.com"], smtp.Messages.Select(message => message.To.Single()));
        Assert.Equal([raw, fields], smtp.Messages.Select(message => Ids().Match(message.Content).Groups["id"].Value));
        Assert.EndsWith(string.Concat(Enumerable.Repeat("Hello. ", 20_000)) + "\r\n", smtp.Messages[0].Content, StringComparison.Ordinal);
        Assert.All(smtp.Messages, message => Assert.Equal("|skep|geheim", message.Credentials));
        Assert.Equal("E_RECIPIENT_NOT_ALLOWED: email to x@example.com not allowed", await project.GetAsync("/fields/x@example.com"));
    }

    [Fact]
    public async Task Without_a_server_a_worker_hears_which_setting_is_missing()
    {
        await using var project = await ServedProject.StartAsync();
        await project.DeployAsync(Binding, Code);
        Assert.Equal(
            "E_INTERNAL_SERVER_ERROR: Email cannot be sent: this server knows no SMTP server. Set \"smtp_host\" in its configuration (--smtp-host, SKEP_SMTP_HOST).",
            await project.GetAsync("/fields/you@example.com"));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("0")]
    public async Task Email_from_other_servers_reaches_the_Worker_that_a_rule_names(string processes)
    {
        await using var smtp = new FakeSmtpServer().Start();
        await using var project = await ServedProject.StartAsync(
            "--smtp-host", "127.0.0.1", "--smtp-port", $"{smtp.Port}", "--smtp-tls", "none", "--email-listen", "127.0.0.1:0", "--email-name", "mx.example.com", "--processes", processes);
        var port = int.Parse((await project.Server.Printed(Listener(), 1, Cancellation))[0].Groups["port"].Value, CultureInfo.InvariantCulture);
        Assert.Equal("550 5.1.1 Nobody takes email for this address", await SendAsync(port, "you@example.org"));
        await project.DeployAsync(Binding, Code);
        await project.Wrangler.RunAsync("email routing rules create example.com --match-type literal --match-field to --match-value app@example.com --action-type worker --action-value app");
        Assert.Contains("to:app@example.com", await project.Wrangler.RunAsync("email routing rules list example.com"), StringComparison.Ordinal);

        Assert.Equal("250 2.6.0 Message accepted", await SendAsync(port, "you@example.org"));
        Assert.Equal(["box@example.com", "you@example.org"], smtp.Messages.Select(message => message.To.Single()));
        Assert.StartsWith("x-seen: yes\r\nReceived: from out.example ([127.0.0.1])\r\n\tby mx.example.com with SMTP", smtp.Messages[0].Content, StringComparison.Ordinal);
        Assert.Contains("\r\nIn-Reply-To: <1@example.org>\r\n", smtp.Messages[1].Content, StringComparison.Ordinal);
        Assert.Equal("550 5.7.1 No spam", await SendAsync(port, "spam@example.org"));
        Assert.StartsWith("451 4.3.0", await SendAsync(port, "broken@example.org"), StringComparison.Ordinal);

        using var tail = project.Wrangler.Start("tail app --format pretty");
        await tail.PrintedAsync("Email from:spam@example.org to:app@example.com size:", () => SendAsync(port, "spam@example.org"));
    }

    [Fact]
    public async Task A_binding_that_contradicts_itself_is_not_deployed()
    {
        await using var project = await ServedProject.StartAsync();
        project.Wrangler.Write("wrangler.jsonc", """{ "name": "app", "main": "index.js", "compatibility_date": "2026-11-01", "send_email": [{ "name": "EMAIL", "destination_address": "not an address" }] }""");
        project.Wrangler.Write("index.js", Code);
        var (exitCode, output) = await project.Wrangler.TryAsync("deploy");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("The email binding \"EMAIL\" has \"not an address\", which is not an email address.", output, StringComparison.Ordinal);
    }

    private static async Task<string> SendAsync(int port, string from)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", port, Cancellation);
        using StreamReader reader = new(client.GetStream());
        var answer = await reader.ReadLineAsync(Cancellation);
        string[] commands = ["HELO out.example", $"MAIL FROM:<{from}>", "RCPT TO:<app@example.com>", "DATA", $"From: {from}\r\nMessage-ID: <1@example.org>\r\nSubject: Hi\r\n\r\nHello\r\n."];
        foreach (var command in commands)
        {
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{command}\r\n"), Cancellation);
            answer = await reader.ReadLineAsync(Cancellation);
            if (answer![0] is '4' or '5') break;
        }

        return answer!;
    }

    [GeneratedRegex(@"Email is taken at 127\.0\.0\.1:(?<port>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listener();

    [GeneratedRegex(@"Email: (?<path>\S+\.eml)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Files();

    [GeneratedRegex(@"^Message-ID: (?<id>\S+)\r$", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Ids();
}
