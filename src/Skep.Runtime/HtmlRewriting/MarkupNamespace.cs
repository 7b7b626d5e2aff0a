namespace Skep.Runtime.HtmlRewriting;

/// <summary>https://infra.spec.whatwg.org/#namespaces; the numbers are those of <c>js/html-rewriter/records.ts</c>.</summary>
internal enum MarkupNamespace : byte
{
    Html,
    Svg,
    MathMl,
}
