using System.Runtime.InteropServices;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>The tag that is being read, or was read last. One object serves a whole document; ranges are into the buffer.</summary>
internal sealed class MarkupTag
{
    private readonly List<AttributeRange> attributes = [];

    public bool IsEnd { get; set; }

    /// <summary>Its start, the position of the &lt;.</summary>
    public int Start { get; set; }

    public int NameStart { get; set; }

    public int NameEnd { get; set; }

    public ulong Packed { get; set; }

    public TagTraits Traits { get; set; }

    public bool SelfClosing { get; set; }

    /// <summary>Nothing wants to know its attributes, or its text: it may pass by in pieces.</summary>
    public bool Skipped { get; set; }

    /// <summary>It ended where an attribute's value was expected (<c>&lt;a href=&gt;</c>).</summary>
    public bool EndedAtValue { get; set; }

    /// <summary>The name of a skipped tag, kept when its bytes are gone.</summary>
    public byte[]? KeptName { get; set; }

    public ReadOnlySpan<AttributeRange> Attributes => CollectionsMarshal.AsSpan(attributes);

    public void Begin(int start, int nameStart, bool isEnd)
    {
        IsEnd = isEnd;
        Start = start;
        NameStart = nameStart;
        SelfClosing = false;
        Skipped = false;
        EndedAtValue = false;
        KeptName = null;
        attributes.Clear();
    }

    public void Add(in AttributeRange attribute) => attributes.Add(attribute);

    public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> input) => KeptName is { } kept ? kept : input[NameStart..NameEnd];

    /// <summary>The buffer's content moved to its front.</summary>
    public void Move(int by)
    {
        Start -= by;
        NameStart -= by;
        NameEnd -= by;
        foreach (ref var attribute in CollectionsMarshal.AsSpan(attributes)) attribute = attribute.Moved(by);
    }
}
