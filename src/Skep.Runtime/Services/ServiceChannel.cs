using Skep.Abstractions.Channels;
using Skep.Runtime.Isolates;

namespace Skep.Runtime.Services;

/// <summary>Carries requests to a worker in this process: nothing is serialised, bodies stream from one to the other.</summary>
internal sealed class ServiceChannel(ServiceTarget target, int depth) : ISubrequestChannel
{
    /// <inheritdoc/>
    public ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation)
    {
        ServiceFetchEvent fetchEvent = new(request, target, depth, cancellation);
        ServiceDelivery delivery = new(target, fetchEvent);
        if (target.IsAtHand) delivery.Run();
        else Handover.Post(delivery);
        return new ValueTask<SubrequestResponse>(fetchEvent.Response);
    }
}
