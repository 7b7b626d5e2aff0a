namespace Skep.Supervision.Link;

/// <summary>A request or an answer: a message, and a body when there is one.</summary>
/// <param name="Payload">The message.</param>
/// <param name="Body">Bytes that follow; their receiver reads them to the end or disposes of the stream.</param>
internal readonly record struct LinkMessage(ReadOnlyMemory<byte> Payload, Stream? Body = null)
{
    /// <summary>Says no more than that something is done.</summary>
    public static LinkMessage Empty => default;
}
