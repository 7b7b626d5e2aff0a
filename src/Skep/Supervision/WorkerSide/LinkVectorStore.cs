using Skep.Abstractions.Vectors;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>The supervisor's Vectorize indexes. A change has returned when the supervisor's has, so it is as durable.</summary>
internal sealed class LinkVectorStore(LinkConnection link) : IVectorStore
{
    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> CallAsync(string index, VectorOperation operation, ReadOnlyMemory<byte> request, CancellationToken cancellation = default)
    {
        LinkMessage question = new(LinkRecords.Write(new VectorQuestion(index, operation, request.Length)), new MemoryChainStream([request]));
        var answer = await link.CallAsync(LinkMethod.Vector, question, cancellation);
        await using var body = answer.Body ?? throw new InvalidDataException("The answer of an index has no body.");
        using MemoryStream read = new();
        await body.CopyToAsync(read, cancellation);
        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }
}
