namespace Skep.Runtime.HtmlRewriting;

/// <summary>Takes what the tokenizer finds. Positions are into the buffer that the tokenizer reads.</summary>
internal interface IMarkupSink
{
    /// <summary>What is wanted beside tags; anything else passes by unseen, and may do so in pieces.</summary>
    Captures Captures { get; }

    /// <summary>The sink has enough for now: the tokenizer pauses.</summary>
    bool IsFull { get; }

    /// <summary>Whether the sink has to see the whole of a tag whose name was read.</summary>
    bool Wants(MarkupTag tag, ReadOnlySpan<byte> input);

    /// <summary>A tag has ended, before <paramref name="end"/>.</summary>
    void Tag(MarkupTag tag, MarkupNamespace ns, ReadOnlySpan<byte> input, int end);

    /// <summary>A piece of text, if text is captured.</summary>
    void Text(ReadOnlySpan<byte> input, int start, int end);

    /// <summary>Something other than text begins at this position, or the document ends there.</summary>
    void EndText(int at);

    /// <summary>A comment, if comments are captured.</summary>
    void Comment(ReadOnlySpan<byte> input, int start, int end, int textStart, int textEnd);

    /// <summary>A doctype, if doctypes are captured.</summary>
    void Doctype(ReadOnlySpan<byte> input, int start, int end, in DoctypeRanges parts);
}

/// <summary>Tokens that somebody listens to.</summary>
[Flags]
internal enum Captures
{
    None = 0,
    Text = 1,
    Comments = 2,
    Doctypes = 4,
}
