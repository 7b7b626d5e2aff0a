namespace Skep.Runtime.HtmlRewriting;

/// <summary>How the text between tags is parsed (https://html.spec.whatwg.org/#tokenization).</summary>
internal enum TextType
{
    Data,
    Rcdata,
    Rawtext,
    Script,
    Plaintext,
    Cdata,
}
