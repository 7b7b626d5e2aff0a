using Skep.V8;

namespace Skep.Runtime.WebSockets;

/// <summary>A message on its way out, wherever its bytes are: they are written once, behind the frame's head.</summary>
internal interface IFramePayload
{
    /// <summary>In bytes.</summary>
    int Length { get; }

    /// <summary>Writes exactly <see cref="Length"/> bytes.</summary>
    void CopyTo(scoped Span<byte> target);
}

/// <summary>Bytes as they are.</summary>
internal readonly ref struct BytesPayload(ReadOnlySpan<byte> bytes) : IFramePayload
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    public int Length => bytes.Length;

    public void CopyTo(scoped Span<byte> target) => bytes.CopyTo(target);
}

/// <summary>A string of JavaScript's, in UTF-8.</summary>
internal readonly ref struct TextPayload : IFramePayload
{
    private readonly JsValue text;

    public TextPayload(JsValue text)
    {
        this.text = text;
        Length = checked((int)text.Utf8Length);
    }

    public int Length { get; }

    public void CopyTo(scoped Span<byte> target)
    {
        if (Length == text.Length && text.IsOneByte) text.CopyLatin1(target);
        else text.CopyUtf8(target);
    }
}
