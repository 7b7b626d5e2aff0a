namespace Skep.Runtime.HtmlRewriting;

/// <summary>Inside <c>select</c> and after <c>frameset</c> a browser ignores some tags whose content is not markup. Whether it does
/// depends on its whole tree, which a stream does not have: a wrong guess would let markup pass for text. Such documents are
/// refused, as lol-html's strict mode does.</summary>
internal sealed class AmbiguityGuard
{
    private Place place;
    private int templates;

    private enum Place
    {
        Elsewhere,
        InSelect,
        InTemplateInSelect,
        InOrAfterFrameset,
    }

    /// <summary>False when the tag's content cannot be told from markup.</summary>
    public bool Start(TagTraits traits)
    {
        var hasText = (traits & TagTraits.TextContent) != TagTraits.None;
        switch (place)
        {
            case Place.Elsewhere:
                if ((traits & TagTraits.Select) != TagTraits.None) place = Place.InSelect;
                else if ((traits & TagTraits.Frameset) != TagTraits.None) place = Place.InOrAfterFrameset;
                return true;
            case Place.InSelect:
                if ((traits & TagTraits.LeavesSelect) != TagTraits.None)
                {
                    place = Place.Elsewhere;
                    return true;
                }

                if ((traits & TagTraits.Template) != TagTraits.None)
                {
                    place = Place.InTemplateInSelect;
                    templates = 1;
                    return true;
                }

                return !hasText || (traits & TagTraits.Script) != TagTraits.None;
            case Place.InTemplateInSelect:
                if ((traits & TagTraits.Template) != TagTraits.None) templates++;
                return !hasText;
            default:
                return !hasText || (traits & TagTraits.Noframes) != TagTraits.None;
        }
    }

    public void End(TagTraits traits)
    {
        if (place == Place.InSelect && (traits & TagTraits.Select) != TagTraits.None) place = Place.Elsewhere;
        else if (place == Place.InTemplateInSelect && (traits & TagTraits.Template) != TagTraits.None && --templates == 0) place = Place.InSelect;
    }
}
