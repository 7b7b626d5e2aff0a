using Skep.Abstractions.Errors;
using Skep.Diagnostics;
using Skep.Output;
using Xunit;

namespace Skep.Tests.Output;

public sealed class OutputTests
{
    private static readonly Style Plain = new(colours: false);

    [Fact]
    public void A_request_is_one_tidy_line() => Assert.Equal(
        "GET /a?b 200  cpu 0.31 ms  wall 12 ms",
        RequestLine.Format(Plain, null, "GET", "/a?b", 200, TimeSpan.FromMilliseconds(0.31), TimeSpan.FromMilliseconds(12)));

    [Fact]
    public void A_path_cannot_steer_the_terminal() => Assert.Contains(
        "/\\x1b[2J", RequestLine.Format(Plain, null, "GET", "/\e[2J", 200, default, default), StringComparison.Ordinal);

    [Theory]
    [InlineData(true, "GET \e[32m200\e[0m\\x1b[2J\e[0m")]
    [InlineData(false, "GET 200\\x1b[2J")]
    public void A_worker_may_colour_its_lines_but_not_steer_the_terminal(bool colours, string expected) =>
        Assert.Equal(expected, ControlCharacters.EscapeButColours("GET \e[32m200\e[0m\e[2J", new Style(colours)));

    [Fact]
    public void Colours_appear_only_when_wanted()
    {
        Assert.Equal("\e[31mx\e[0m", new Style(colours: true).Red("x"));
        Assert.Equal("x", Plain.Red("x"));
    }

    [Theory]
    [InlineData(0.004, "0.00 ms")]
    [InlineData(4.26, "4.3 ms")]
    [InlineData(180.4, "180 ms")]
    [InlineData(2410, "2.41 s")]
    public void Times_are_short(double milliseconds, string expected) =>
        Assert.Equal(expected, Duration.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void A_mistake_shows_place_line_and_remedy()
    {
        var diagnostic = Diagnostic.Error("Could not resolve \"x\"", new SourcePosition("/p/src/a.ts", 3, 15, 3), "npm install x")
            with { LineText = "import x from \"x\";" };
        Assert.Equal(
            """
            ✘ error: Could not resolve "x"
                src/a.ts:3:15
                  3 │ import x from "x";
                    │               ~~~
                → npm install x
            """,
            DiagnosticPrinter.Format(diagnostic, Plain, "/p"));
    }

    [Fact]
    public void A_minified_line_is_shown_in_part()
    {
        var frame = CodeFrame.Render(new string('a', 5000) + "HERE" + new string('b', 5000), 1, 5001, 1, "");
        Assert.Contains("HERE", frame, StringComparison.Ordinal);
        Assert.True(frame.Length < 500);
    }

    [Fact]
    public void An_exception_without_a_map_is_shown_as_it_is() => Assert.Equal(
        "TypeError: no\n    at f (a.js:1:2)",
        WorkerErrorPrinter.Plain(new WorkerError(WorkerErrorCode.Exception, "TypeError: no", "TypeError: no\n    at f (a.js:1:2)"), null));

    [Fact]
    public async Task The_terminal_keeps_the_order_of_what_must_not_be_lost()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        await using (var terminal = new Terminal(output, error, Plain, Plain))
        {
            await terminal.WriteAsync(_ => "one");
            await terminal.WriteErrorAsync(_ => "bad");
            await terminal.WriteAsync(_ => "two");
            await terminal.FlushAsync();
            Assert.Equal("one\ntwo\n", output.ToString());
            Assert.Equal("bad\n", error.ToString());
        }
    }
}
