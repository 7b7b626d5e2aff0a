namespace Skep.Runtime.HtmlRewriting;

/// <summary>What the tokenizer needs to know of the tree: in which namespace it is and how the text after a tag is parsed
/// (https://html.spec.whatwg.org/#parsing-main-inforeign). A stack of namespaces stands for the tree, as in lol-html.</summary>
internal sealed class TreeFeedback
{
    // Enclosing namespaces, the document's first. HTML inside foreign content comes with its integration point.
    private readonly List<(MarkupNamespace Ns, IntegrationPoint? Point)> outer = [];
    private readonly AmbiguityGuard guard = new();
    private IntegrationPoint? point;

    /// <summary>The namespace of what follows.</summary>
    public MarkupNamespace Current { get; private set; }

    /// <summary>The namespace of the last start tag's own element.</summary>
    public MarkupNamespace OfTag { get; private set; }

    /// <summary>How much it remembers, in bytes, about.</summary>
    public int Weight => (outer.Count * 16) + ((point?.Depth ?? 0) * 64);

    /// <summary>The tag's attributes decide something.</summary>
    public bool NeedsWholeTag(MarkupTag tag) => Current != MarkupNamespace.Html && !tag.IsEnd
        && ((tag.Traits & TagTraits.Font) != TagTraits.None || (tag.Packed == TagName.None && Current == MarkupNamespace.MathMl));

    /// <summary>A start tag: how the text after it is parsed; null when that cannot be known.</summary>
    public TextType? Start(MarkupTag tag, ReadOnlySpan<byte> input)
    {
        var traits = tag.Traits;
        if (!guard.Start(traits)) return null;
        if ((traits & (TagTraits.Svg | TagTraits.Math)) != TagTraits.None)
        {
            OfTag = (traits & TagTraits.Svg) != TagTraits.None ? MarkupNamespace.Svg : MarkupNamespace.MathMl;
            if (!tag.SelfClosing) Enter(OfTag, null);
            return TextType.Data;
        }

        if (Current != MarkupNamespace.Html && StaysForeign(tag, input))
        {
            OfTag = Current;
            if (!tag.SelfClosing && HoldsHtml(tag, input)) Enter(MarkupNamespace.Html, new IntegrationPoint(IntegrationPoint.KeyOf(tag, input)));
            return TextType.Data;
        }

        var wasForeign = Current != MarkupNamespace.Html;
        while (Current != MarkupNamespace.Html) Leave();
        OfTag = MarkupNamespace.Html;
        if (point is not null && (traits & (TagTraits.Void | TagTraits.Structure)) == TagTraits.None) point.Start(IntegrationPoint.KeyOf(tag, input));
        return wasForeign ? TextType.Data : TextTypeOf(traits);
    }

    public void End(MarkupTag tag, ReadOnlySpan<byte> input)
    {
        var traits = tag.Traits;
        guard.End(traits);
        if (Current == MarkupNamespace.Html)
        {
            if (point is not null && point.End(IntegrationPoint.KeyOf(tag, input))) Leave();
            return;
        }

        if ((traits & TagTraits.EndLeavesForeign) != TagTraits.None)
        {
            while (Current != MarkupNamespace.Html) Leave();
        }
        else if ((traits & (Current == MarkupNamespace.Svg ? TagTraits.Svg : TagTraits.Math)) != TagTraits.None)
        {
            Leave();
        }
    }

    private static TextType TextTypeOf(TagTraits traits) => (traits & TagTraits.TextContent) switch
    {
        TagTraits.Rcdata => TextType.Rcdata,
        TagTraits.Rawtext => TextType.Rawtext,
        TagTraits.Script => TextType.Script,
        TagTraits.Plaintext => TextType.Plaintext,
        _ => TextType.Data,
    };

    private static bool IsAnnotation(MarkupTag tag, ReadOnlySpan<byte> input) =>
        tag.Packed == TagName.None && TagName.EqualIgnoringCase(tag.Name(input), "annotation-xml"u8);

    private static bool StaysForeign(MarkupTag tag, ReadOnlySpan<byte> input)
    {
        if ((tag.Traits & TagTraits.LeavesForeign) != TagTraits.None) return false;
        if ((tag.Traits & TagTraits.Font) == TagTraits.None) return true;
        foreach (ref readonly var attribute in tag.Attributes)
        {
            var name = attribute.Name(input);
            if (TagName.EqualIgnoringCase(name, "color"u8) || TagName.EqualIgnoringCase(name, "size"u8) || TagName.EqualIgnoringCase(name, "face"u8)) return false;
        }

        return true;
    }

    // https://html.spec.whatwg.org/#html-integration-point, and MathML's for text.
    private bool HoldsHtml(MarkupTag tag, ReadOnlySpan<byte> input)
    {
        if (Current == MarkupNamespace.Svg) return (tag.Traits & TagTraits.SvgIntegrationPoint) != TagTraits.None;
        if ((tag.Traits & TagTraits.MathIntegrationPoint) != TagTraits.None) return true;
        if (!IsAnnotation(tag, input)) return false;
        foreach (ref readonly var attribute in tag.Attributes)
        {
            if (!TagName.EqualIgnoringCase(attribute.Name(input), "encoding"u8)) continue;
            var value = attribute.Value(input);
            if (TagName.EqualIgnoringCase(value, "text/html"u8) || TagName.EqualIgnoringCase(value, "application/xhtml+xml"u8)) return true;
        }

        return false;
    }

    private void Enter(MarkupNamespace ns, IntegrationPoint? inside)
    {
        outer.Add((Current, point));
        (Current, point) = (ns, inside);
    }

    private void Leave()
    {
        (Current, point) = outer[^1];
        outer.RemoveAt(outer.Count - 1);
    }
}
