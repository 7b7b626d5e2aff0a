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

    // From here on: between worker processes (src/Skep/Supervision/Peers). The number is that of what the frame is for.

    /// <summary>A request for an object.</summary>
    Fetch = 128,

    /// <summary>The head of its answer.</summary>
    FetchHead,

    /// <summary>It has been answered.</summary>
    FetchEnd,

    /// <summary>It has failed.</summary>
    FetchFail,

    /// <summary>A session of calls with an object, and its first call.</summary>
    Session,

    /// <summary>It has ended.</summary>
    SessionEnd,

    /// <summary>Whoever sent the request, or opened the session, is gone.</summary>
    Abort,

    /// <summary>The object has another host: nothing was done.</summary>
    Refused,

    /// <summary>A call of a capability, or of a call's result.</summary>
    Call,

    /// <summary>A call's result.</summary>
    Return,

    /// <summary>What a call threw.</summary>
    Throw,

    /// <summary>Why a call has neither.</summary>
    CallFail,

    /// <summary>The caller has the answer: it calls the result no more.</summary>
    Finish,

    /// <summary>A capability is not held any more.</summary>
    Release,

    /// <summary>Tell when a capability breaks.</summary>
    Watch,

    /// <summary>A capability is broken.</summary>
    Broken,

    /// <summary>Some of a stream.</summary>
    StreamData,

    /// <summary>All of a stream has been sent.</summary>
    StreamEnd,

    /// <summary>A stream ends before its end.</summary>
    StreamFail,

    /// <summary>So many bytes of a stream may follow.</summary>
    StreamCredit,

    /// <summary>Nobody reads a stream any more.</summary>
    StreamCancel,

    /// <summary>Answer when everything before has been taken.</summary>
    Sync,

    /// <summary>Everything before has been taken.</summary>
    Synced,
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
