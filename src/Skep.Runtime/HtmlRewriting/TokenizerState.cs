namespace Skep.Runtime.HtmlRewriting;

/// <summary>Where the tokenizer is; the names are those of https://html.spec.whatwg.org/#tokenization, where RCDATA and RAWTEXT
/// are one here.</summary>
internal enum TokenizerState : byte
{
    Data,
    RawText,
    Script,
    ScriptEscaped,
    Plaintext,
    Cdata,
    CdataBracket,
    TagOpen,
    EndTagOpen,
    MarkupDeclaration,
    TagName,
    BeforeAttributeName,
    AttributeName,
    AfterAttributeName,
    BeforeAttributeValue,
    QuotedValue,
    UnquotedValue,
    SelfClosing,
    RawLessThan,
    RawEndTagOpen,
    RawEndTagName,
    ScriptEscapeStart,
    ScriptEscapedDashDash,
    ScriptDoubleEscapeStart,
    ScriptDoubleEscaped,
    ScriptDoubleEscapedDashDash,
    ScriptDoubleEscapedLessThan,
    ScriptDoubleEscapedEndName,
    ScriptDoubleEscapeEnd,
    CommentStart,
    CommentStartDash,
    Comment,
    CommentEndDash,
    CommentEnd,
    CommentEndBang,
    BogusComment,
    Doctype,
}

/// <summary>Why the tokenizer stopped.</summary>
internal enum TokenizerStop
{
    /// <summary>It has read all there is.</summary>
    EndOfInput,

    /// <summary>The sink was full.</summary>
    Paused,

    /// <summary>The last tag cannot be judged (<see cref="AmbiguityGuard"/>).</summary>
    Ambiguous,
}
