using Skep.Runtime.HtmlRewriting.Selectors;

namespace Skep.Runtime.Tests.HtmlRewriting;

/// <summary>Which selectors are taken, and what is said of others. Recorded from workerd.</summary>
public sealed class SelectorParserTests
{
    public static TheoryData<string> Taken() =>
    [
        "*", "a", "A", "my-widget", "_x", "-x", "--x", "a1", "\u00e9", "\\31 a", "a\\:b", "#x", "#\\31", ".x", "a.b.c", "a#b.c[d]", "a b", "a > b",
        "a>b", "a, b", "a  b", " a ", "a\nb", "[a]", "[ a ]", "[a=b]", "[a='b']", "[a=\"b\"]", "[a = b]", "[a=b i]", "[a=b s]", "[a=b I]", "[a='b'i]",
        "[a~=b]", "[a|=b]", "[a^=b]", "[a$=b]", "[a*=b]", "[a", "[a=b", "[a='b", "[|a]", "*|*", "*|a", "|a", "|*", ":first-child", ":FIRST-child",
        "a:first-child", ":first-of-type", ":nth-child(1)", ":nth-child(2n)", ":nth-child(2n+1)", ":nth-child(2n + 1)", ":nth-child( 2n + 1 )",
        ":nth-child(-n+3)", ":nth-child(+n)", ":nth-child(n)", ":nth-child(even)", ":nth-child(odd)", ":nth-child(EVEN)", ":nth-child(1",
        ":nth-child(2n-1)", ":nth-child(2n -1)", ":nth-child(2n- 1)", ":nth-child(n-0)", ":nth-child(99999999999)", ":nth-of-type(2)", ":not(a)",
        ":not(.a)", ":not(a.b)", ":not(a, b)", ":not(:not(a))", ":not(a", ":not(*)", ":not(:first-child)", "a:not(.b):not(.c)", "/**/a",
        "a /* x */ > b", "a:first-child:nth-child(2) > b:not([c])", "a b > c d", "a\\", "\\", "*.b", "*#b", "div:first-of-type > p", "[type=text]",
        "[xml\\:lang]", "\0",
    ];

    public static TheoryData<string, string> Refused()
    {
        TheoryData<string, string> rows = [];
        Add("The selector is empty.",
            "", " ", "1a", "#1x", "##x", ".1", "> a", "a,", ",a", "a,,b", "*|", "|", ":not()", ":not(", "&", "& a", "!", "@a", "$x", "%",
            "/", "(a)", "\"a\"", "5", "~a", "+a", "<!--a", "url(x)");
        Add("Unexpected end of selector.",
            ".", "[a=]", "[]", "[", "[a=", "[*", ":nth-child()", ":nth-child(2n+)", "::", ":", "a:", "a::");
        Add("Invalid or unescaped class name in selector.",
            "..a");
        Add("Unsupported combinator `+` in selector.",
            "a + b");
        Add("Unsupported combinator `~` in selector.",
            "a ~ b");
        Add("Dangling combinator in selector.",
            "a >", "a > > b", "a &");
        Add("Unexpected token in selector.",
            "[a=b x]", "[a=b c d]", ":nth-child(a)", ":nth-child(2n 1)", ":nth-child(2 of a)", ":nth-child(1.5)", ":nth-last-child(x)", "a!",
            "a/b", "a/**/b", "a{}", "a)", "a]", "a.5", "a#5", "[a=b]c", "[a=b]*", "*a", "a*", "a.b*");
        Add("Unexpected token in the attribute selector.",
            "[a!=b]", "[a=1]", "[a=1b]", "[a b]", "[*a]");
        Add("Missing attribute name in attribute selector.",
            "[1]", "['a']");
        Add("Selectors with explicit namespaces are not supported.",
            "[*|a]", "[n|a]", "[a|b=c]", "n|a", "n|*", "a|", "a||b", "html|div");
        Add("Unsupported pseudo-class or pseudo-element in selector.",
            ":last-child", ":only-child", ":last-of-type", ":only-of-type", ":root", ":empty", ":scope", ":hover", ":host", ":is(a)",
            ":where(a)", ":has(a)", ":matches(a)", ":nth-last-child(1)", ":nth-last-of-type(1)", ":nth-col(1)", ":not(a b)", ":not(a > b)",
            ":not(:hover)", "::before", ":before", "::after", "::first-line", "::slotted(a)", "::part(x)", ":1", ":(a)", "a:not",
            ":nth-child", "a:link", "a:lang(en)", ":dir(ltr)", ":checked", "::-webkit-x", ":-moz-any(a)", "p::first-letter");
        Add("Unsupported syntax in selector.",
            ":not(::before)");
        return rows;

        void Add(string message, params string[] selectors)
        {
            foreach (var selector in selectors) rows.Add(selector, message);
        }
    }

    [Theory]
    [MemberData(nameof(Taken))]
    public void Takes(string selector) => Assert.NotEmpty(SelectorParser.Parse(selector));

    [Theory]
    [MemberData(nameof(Refused))]
    public void Refuses(string selector, string message) => Assert.Equal(message, Assert.Throws<SelectorException>(() => SelectorParser.Parse(selector)).Message);

    [Fact]
    public void Refuses_what_it_would_have_to_recurse_into_too_deeply()
    {
        Assert.Throws<SelectorException>(() => SelectorParser.Parse(string.Concat(Enumerable.Repeat(":not(", 100_000)) + "a"));
        Assert.Throws<SelectorException>(() => SelectorParser.Parse(string.Concat(Enumerable.Repeat("a ", 100_000))));
    }
}
