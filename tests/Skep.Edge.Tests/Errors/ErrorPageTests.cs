using Skep.Abstractions.Errors;
using Skep.Edge.Dispatch;
using Skep.Testing;

namespace Skep.Edge.Tests.Errors;

public sealed class ErrorPageTests
{
    private const string AcceptHtml = "Accept: text/html,*/*;q=0.8\r\n";

    [Theory]
    [InlineData(WorkerErrorCode.Exception, 1101, 500)]
    [InlineData(WorkerErrorCode.ExceededLimits, 1102, 503)]
    [InlineData(WorkerErrorCode.Startup, 1104, 500)]
    [InlineData(WorkerErrorCode.Loop, 1019, 508)]
    public async Task Clients_see_the_number_and_nothing_of_the_code(WorkerErrorCode code, int number, int status)
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.FailWith(code, "TypeError: secret", "at secret.js:1:1"));
        string text = await edge.GetAsync("/");
        Assert.StartsWith($"HTTP/1.1 {status} ", text);
        Assert.Contains("Content-Type: text/plain", text);
        Assert.EndsWith($"\r\n\r\nerror code: {number}", text);
        string html = await edge.GetAsync("/", AcceptHtml);
        Assert.Contains("Content-Type: text/html; charset=utf-8\r\n", html);
        Assert.Contains($"Error {number}", html);
        Assert.Contains("Ray ID", html);
        Assert.DoesNotContain("secret", html + text);
    }

    [Fact]
    public async Task In_development_the_author_sees_the_mapped_stack_escaped()
    {
        var options = new DispatchOptions { Development = true, StackMapper = (_, error) => error.Stack.Replace("index.js:1:2", "src/app.ts:10:3", StringComparison.Ordinal) };
        await using TestEdge edge = await TestEdge.StartAsync(
            request => request.FailWith(WorkerErrorCode.Exception, "Error: <script>alert(1)</script>", "Error: <script>alert(1)</script>\n    at fetch (index.js:1:2)\n    at x (node_modules/y.js:1:1)"),
            options);
        string html = await edge.GetAsync("/<i>?q=\"", AcceptHtml);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html);
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("<i>", html);
        Assert.Contains("<span class=\"own\">    at fetch (src/app.ts:10:3)</span>", html);
        Assert.Contains("<span class=\"lib\">", html);
        Assert.Contains("Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n", html);
        Assert.Contains("at fetch (src/app.ts:10:3)", await edge.GetAsync("/"));
    }

    [Fact]
    public async Task Head_gets_the_status_of_the_failure()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.FailWith(WorkerErrorCode.Exception, "x"));
        string response = await edge.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 500 ", response);
        Assert.EndsWith("\r\n\r\n", response);
    }
}
