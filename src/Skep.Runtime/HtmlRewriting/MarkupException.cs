namespace Skep.Runtime.HtmlRewriting;

/// <summary>A document cannot be rewritten any further. The messages are lol-html's.</summary>
internal sealed class MarkupException(string message) : Exception(message)
{
    public static MarkupException MemoryLimit() => new("The memory limit has been exceeded.");

    public static MarkupException Content() => new("Invalid UTF-8");

    public static MarkupException Ambiguous(string tag) => new(
        $"The parser has encountered a text content tag (`<{tag}>`) in the context where it is ambiguous whether this tag should be ignored or not. And, thus, it is unclear whether consequent content should be parsed as raw text or HTML markup.\n\n"
        + "This error occurs due to the limited capabilities of the streaming parsing. However, almost all of the cases of this error are caused by a non-conforming markup (e.g. a `<script>` element in `<select>` element).");
}
