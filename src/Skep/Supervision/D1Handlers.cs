using Skep.Abstractions.D1;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision;

/// <summary>Answers worker processes about D1 databases.</summary>
internal sealed class D1Handlers(ID1Store d1)
{
    public LinkHandlers AddTo(LinkHandlers handlers) => handlers.On(LinkMethod.D1Query, async (request, cancellation) =>
    {
        var (database, queries) = D1Messages.ReadQueries(request.Payload);
        return D1Messages.WriteAnswer(await d1.QueryAsync(database, queries, cancellation));
    });
}
