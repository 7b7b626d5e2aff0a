namespace Skep.Runtime.HtmlRewriting.Selectors;

/// <summary>A selector that cannot be used. The messages are lol-html's: worker code may look at them.</summary>
internal sealed class SelectorException(string message) : Exception(message)
{
    public static SelectorException UnexpectedToken() => new("Unexpected token in selector.");

    public static SelectorException UnexpectedEnd() => new("Unexpected end of selector.");

    public static SelectorException Empty() => new("The selector is empty.");

    public static SelectorException Dangling() => new("Dangling combinator in selector.");

    public static SelectorException Unsupported() => new("Unsupported pseudo-class or pseudo-element in selector.");

    public static SelectorException Combinator(char combinator) => new($"Unsupported combinator `{combinator}` in selector.");

    public static SelectorException Namespaced() => new("Selectors with explicit namespaces are not supported.");

    public static SelectorException ClassName() => new("Invalid or unescaped class name in selector.");

    public static SelectorException MissingAttribute() => new("Missing attribute name in attribute selector.");

    public static SelectorException Syntax() => new("Unsupported syntax in selector.");

    public static SelectorException InAttribute() => new("Unexpected token in the attribute selector.");
}
