using System.Buffers;
using Skep.Abstractions.Rpc;

namespace Skep.Supervision.Peers;

/// <summary>What can be seen of a result without reading it.</summary>
internal static class ResultShape
{
    // V8's serialization begins with 0xFF and a version; then a tag says what the value is. These: undefined, null, true, false, int32, uint32,
    // double, strings of three kinds (v8/src/objects/value-serializer.cc).
    private static readonly SearchValues<byte> _plain = SearchValues.Create("_0TFIUN\"cS"u8);

    /// <summary>Whether the result is a value that has nothing to be called: a number, a text, nothing. False when that cannot be seen.</summary>
    public static bool IsPlain(RpcMessage result)
    {
        var bytes = result.Bytes.Span;
        return result.Attachments.Count == 0 && bytes.Length > 2 && bytes[0] == 0xFF && _plain.Contains(bytes[2]);
    }
}
