using System.Collections.Frozen;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>What a tag name means to parsing.</summary>
[Flags]
internal enum TagTraits
{
    None = 0,
    Rcdata = 1 << 0,
    Rawtext = 1 << 1,
    Script = 1 << 2,
    Plaintext = 1 << 3,

    /// <summary>Content follows that is not markup.</summary>
    TextContent = Rcdata | Rawtext | Script | Plaintext,

    /// <summary>https://html.spec.whatwg.org/#void-elements and the obsolete ones that parse likewise.</summary>
    Void = 1 << 4,
    Svg = 1 << 5,
    Math = 1 << 6,

    /// <summary>Its start tag ends foreign content (https://html.spec.whatwg.org/#parsing-main-inforeign).</summary>
    LeavesForeign = 1 << 7,

    /// <summary>Its start tag does so with certain attributes.</summary>
    Font = 1 << 8,

    /// <summary>Its end tag ends foreign content.</summary>
    EndLeavesForeign = 1 << 9,
    MathIntegrationPoint = 1 << 10,
    SvgIntegrationPoint = 1 << 11,
    Select = 1 << 12,

    /// <summary>Its start tag ends a select element.</summary>
    LeavesSelect = 1 << 13,
    Template = 1 << 14,
    Frameset = 1 << 15,
    Noframes = 1 << 16,

    /// <summary>html, head and body: a second one opens nothing.</summary>
    Structure = 1 << 17,
}

/// <summary>The traits by name.</summary>
internal static class KnownTags
{
    private static readonly FrozenDictionary<ulong, TagTraits> Table = Build();

    public static TagTraits TraitsOf(ulong packed) => packed != TagName.None && Table.TryGetValue(packed, out var traits) ? traits : TagTraits.None;

    private static FrozenDictionary<ulong, TagTraits> Build()
    {
        Dictionary<ulong, TagTraits> table = [];
        Add("textarea title", TagTraits.Rcdata);
        Add("style iframe xmp noembed noframes noscript", TagTraits.Rawtext);
        Add("script", TagTraits.Script);
        Add("plaintext", TagTraits.Plaintext);
        Add("area base basefont bgsound br col embed hr img input keygen link meta param source track wbr", TagTraits.Void);
        Add("svg", TagTraits.Svg);
        Add("math", TagTraits.Math);
        Add(
            "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var",
            TagTraits.LeavesForeign);
        Add("font", TagTraits.Font);
        Add("p br", TagTraits.EndLeavesForeign);
        Add("mi mo mn ms mtext", TagTraits.MathIntegrationPoint);
        Add("desc title foreignobject", TagTraits.SvgIntegrationPoint);
        Add("select", TagTraits.Select);
        Add("select textarea input keygen", TagTraits.LeavesSelect);
        Add("template", TagTraits.Template);
        Add("frameset", TagTraits.Frameset);
        Add("noframes", TagTraits.Noframes);
        Add("html head body", TagTraits.Structure);
        return table.ToFrozenDictionary();

        void Add(string names, TagTraits traits)
        {
            foreach (var name in names.Split(' '))
            {
                var packed = TagName.Pack(System.Text.Encoding.ASCII.GetBytes(name));
                table[packed] = table.GetValueOrDefault(packed) | traits;
            }
        }
    }
}
