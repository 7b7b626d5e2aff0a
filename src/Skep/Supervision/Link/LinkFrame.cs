using System.Buffers.Binary;

namespace Skep.Supervision.Link;

/// <summary>What a frame is for. Those of the first half belong to calls of the sender, the others to calls of the receiver.</summary>
internal enum FrameKind : byte
{
    /// <summary>Begins a call: method and message. A body follows when the flag says so.</summary>
    Request = 1,

    /// <summary>Some of the request's body; an empty one ends it.</summary>
    RequestBody,

    /// <summary>The caller has read so many bytes of the response's body: as many may follow.</summary>
    ResponseCredit,

    /// <summary>The caller wants no answer, or no more of it.</summary>
    Cancel,

    /// <summary>A message that nobody answers.</summary>
    Notice,

    /// <summary>Ends a call: the answer. A body follows when the flag says so.</summary>
    Response = 64,

    /// <summary>Ends a call: why there is no answer.</summary>
    Failure,

    /// <summary>Some of the response's body; an empty one ends it.</summary>
    ResponseBody,

    /// <summary>The response's body ends before its end.</summary>
    ResponseBroken,

    /// <summary>The callee has read so many bytes of the request's body: as many may follow.</summary>
    RequestCredit,
}

/// <summary>The twelve bytes before a frame's payload: its length, kind, method, flags and the number of the call that it belongs to.</summary>
internal readonly record struct FrameHead(FrameKind Kind, LinkMethod Method, bool HasBody, uint Call, int Length)
{
    public const int Size = 12;

    /// <summary>The longest payload. What may be longer travels as a body.</summary>
    public const int MaxLength = 64 << 20;

    public static FrameHead Read(ReadOnlySpan<byte> from) => new(
        (FrameKind)from[4],
        (LinkMethod)from[5],
        (from[6] & 1) != 0,
        BinaryPrimitives.ReadUInt32LittleEndian(from[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(from));

    public void Write(Span<byte> to)
    {
        to[..Size].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(to, Length);
        to[4] = (byte)Kind;
        to[5] = (byte)Method;
        to[6] = HasBody ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Call);
    }
}
