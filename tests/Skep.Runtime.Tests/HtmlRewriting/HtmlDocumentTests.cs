using System.Text;
using Skep.Runtime.HtmlRewriting;
using Skep.Runtime.HtmlRewriting.Selectors;

namespace Skep.Runtime.Tests.HtmlRewriting;

/// <summary>The host's half of HTMLRewriter, without JavaScript.</summary>
public sealed class HtmlDocumentTests
{
    private const int Token = 1;
    private const int Raw = 2;
    private const int End = 9;

    private const string Everything =
        "<!doctype html><p class='a b'>x &lt; y < z<!--c--><br/><a href=\"q>r\" b c=d>é</A></p><script>a</b>'<!--<script></script>--></script><svg><![CDATA[<p>]]><g/></svg>"
        + "<title><b></title><textarea></textare></textarea><math><annotation-xml encoding=text/html><p></annotation-xml></math><x-y></X-Y></><!x><?y></ z><a b=></a>日本<style><</style";

    [Fact]
    public void What_nobody_touches_comes_out_as_it_went_in_however_it_is_cut()
    {
        var bytes = Encoding.UTF8.GetBytes(Everything);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(Everything, Rewrite(["*", "p > a", "x-y"], 7, bytes[..cut], bytes[cut..]));
        }

        Assert.Equal(Everything, Rewrite(["*"], 7, [.. bytes.Select(each => new[] { each })]));
        Assert.Equal(Everything, Rewrite(["nothing"], 1, [.. bytes.Select(each => new[] { each })]));
    }

    [Fact]
    public void A_token_that_is_too_long_to_be_kept_ends_the_document()
    {
        using var document = Open(["*"], 1);
        var part = Encoding.UTF8.GetBytes("<a x='" + new string('y', 1 << 20));
        Assert.Throws<MarkupException>(() =>
        {
            for (var i = 0; i < 5; i++)
            {
                document.Write(part);
                Drain(document);
                part = Encoding.UTF8.GetBytes(new string('y', 1 << 20));
            }
        });
    }

    [Fact]
    public void A_tag_that_concerns_nobody_is_not_kept()
    {
        using var document = Open(["b"], 1);
        document.Write(Encoding.UTF8.GetBytes("<a x='"));
        Drain(document);
        var part = new byte[1 << 20];
        part.AsSpan().Fill((byte)'y');
        for (var i = 0; i < 20; i++)
        {
            document.Write(part);
            Assert.Equal(part.Length, Drain(document).Length);
        }

        Assert.True(document.Weight < 4 << 20);
    }

    [Fact]
    public void Elements_nested_too_deeply_end_the_document()
    {
        Assert.Equal(16_000 * 3, Rewrite(["a"], 1, Repeat("<a>", 16_000)).Length);
        Assert.Throws<MarkupException>(() => Rewrite(["a"], 1, Repeat("<a>", 20_000)));
    }

    [Fact]
    public void A_batch_ends_before_it_is_too_long_to_wait_for()
    {
        using var document = Open(["*"], 1);
        document.Write(Repeat("<br>", 100_000));
        var batches = 0;
        while (!document.Read())
        {
            batches++;
            Assert.True(document.Batch.Count <= 5_000);
            document.Apply([End], "");
        }

        Assert.True(batches > 10);
    }

    [Fact]
    public void Tells_what_it_cannot_judge()
    {
        var failure = Assert.Throws<MarkupException>(() => Rewrite(["*"], 1, "<select><STYLE>"u8.ToArray()));
        Assert.StartsWith("The parser has encountered a text content tag (`<style>`) in the context where it is ambiguous", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Survives_any_bytes()
    {
        Random random = new(7);
        var alphabet = "<>/!-=\"' \n&;[]abpsvgtextarealinkscript\0\u00e9"u8.ToArray();
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = random.GetItems(alphabet, random.Next(60));
            var cut = random.Next(bytes.Length + 1);
            try
            {
                // No handler of text: what is no UTF-8 stays as it is.
                Assert.Equal(bytes, RewriteBytes(["*", "a > b", ":nth-of-type(2)"], 3, bytes[..cut], bytes[cut..]));
            }
            catch (MarkupException)
            {
                // Ambiguous.
            }
        }
    }

    private static byte[] Repeat(string text, int times) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, times)));

    private static HtmlDocument Open(string[] selectors, byte listens) => new(new RewriterSettings(
        SelectorProgram.Compile(selectors, Utf8Markup.Instance), selectors.Length, [.. selectors.Select(_ => listens)], Utf8Markup.Instance, EsiIsVoid: false));

    private static string Rewrite(string[] selectors, byte listens, params byte[][] parts) => Encoding.UTF8.GetString(RewriteBytes(selectors, listens, parts));

    private static byte[] RewriteBytes(string[] selectors, byte listens, params byte[][] parts)
    {
        using var document = Open(selectors, listens);
        List<byte> output = [];
        foreach (var part in parts)
        {
            document.Write(part);
            output.AddRange(Drain(document));
        }

        document.End();
        output.AddRange(Drain(document));
        return [.. output];
    }

    // Every token is written anew, as it was.
    private static byte[] Drain(HtmlDocument document)
    {
        List<byte> output = [];
        for (var done = false; !done;)
        {
            done = document.Read();
            List<int> edits = [];
            for (var i = 0; i < document.Batch.Count; i++) edits.AddRange([Token, i, Raw]);
            edits.Add(End);
            output.AddRange(document.Apply([.. edits], ""));
        }

        return [.. output];
    }
}
