using Skep.Abstractions.Email;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision;

/// <summary>Sends email for worker processes, which reach no server themselves. A message flows to the server as it comes.</summary>
internal sealed class EmailHandlers(IEmailCarrier carrier)
{
    public LinkHandlers AddTo(LinkHandlers handlers) => handlers.On(LinkMethod.SendEmail, async (request, cancellation) =>
    {
        await using var content = request.Body ?? throw new InvalidDataException("An email came without its content.");
        await carrier.SendAsync(LinkRecords.Read<EmailDelivery>(request.Payload.Span), content, cancellation);
        return LinkMessage.Empty;
    });
}
