using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Processes;

namespace Skep.Supervision;

/// <summary>Delivers messages to the worker processes, each in turn. When one is lost, so is the delivery: the sender tries again.</summary>
internal sealed class FleetEmail(Fleet fleet) : IEmailTarget
{
    /// <inheritdoc/>
    public async Task<EmailResult?> DeliverAsync(string script, EmailEvent email)
    {
        var process = await fleet.NextAsync();
        LinkMessage call = new(LinkRecords.Write(new EmailCall(script, email.From, email.To, email.Content.Length)), new MemoryChainStream([email.Content]));
        return LinkRecords.Read<EmailAnswer>((await process.Link.CallAsync(LinkMethod.EmailDeliver, call)).Payload.Span).Result;
    }

    /// <summary>The other end: delivers what came over the link.</summary>
    public static async ValueTask<LinkMessage> DeliverAsync(IEmailTarget target, LinkMessage request, CancellationToken cancellation)
    {
        var call = LinkRecords.Read<EmailCall>(request.Payload.Span);
        await using var body = request.Body ?? throw new InvalidDataException("An email came without its content.");
        var content = new byte[call.Length];
        await body.ReadExactlyAsync(content, cancellation);
        return new LinkMessage(LinkRecords.Write(new EmailAnswer(await target.DeliverAsync(call.Script, new EmailEvent(call.From, call.To, content)))));
    }
}
