using Skep.Abstractions.Vectors;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision;

/// <summary>Answers worker processes about Vectorize indexes.</summary>
internal sealed class VectorHandlers(IVectorStore vectors)
{
    private const int MostBytes = 256 << 20;

    public LinkHandlers AddTo(LinkHandlers handlers) => handlers.On(LinkMethod.Vector, async (request, cancellation) =>
    {
        var asked = LinkRecords.Read<VectorQuestion>(request.Payload.Span);
        if (asked.Length > MostBytes) throw VectorException.Invalid($"The request has {asked.Length} bytes; {MostBytes} are allowed.");
        await using var body = request.Body ?? throw new InvalidDataException("A question to an index came without its request.");
        var bytes = new byte[asked.Length];
        await body.ReadExactlyAsync(bytes, cancellation);
        var answer = await vectors.CallAsync(asked.Index, asked.Operation, bytes, cancellation);
        return new LinkMessage(default, new MemoryChainStream([answer]));
    });
}
