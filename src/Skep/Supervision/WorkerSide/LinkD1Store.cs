using Skep.Abstractions.D1;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>The supervisor's D1 databases. A query has returned when the supervisor's has, so it is as durable.</summary>
internal sealed class LinkD1Store(LinkConnection link) : ID1Store
{
    /// <inheritdoc/>
    public async ValueTask<D1Answer> QueryAsync(string databaseId, ReadOnlyMemory<byte> queries, CancellationToken cancellation = default) =>
        await D1Messages.ReadAnswerAsync(await link.CallAsync(LinkMethod.D1Query, new LinkMessage(D1Messages.WriteQueries(databaseId, queries.Span)), cancellation), cancellation);
}
