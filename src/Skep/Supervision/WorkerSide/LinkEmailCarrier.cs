using Skep.Abstractions.Email;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>Has the supervisor send email.</summary>
internal sealed class LinkEmailCarrier(LinkConnection link) : IEmailCarrier
{
    /// <inheritdoc/>
    public async Task SendAsync(EmailDelivery mail, Stream content, CancellationToken cancellation = default) =>
        await link.CallAsync(LinkMethod.SendEmail, new LinkMessage(LinkRecords.Write(mail), content), cancellation);
}
