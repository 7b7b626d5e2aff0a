using Skep.Abstractions.Channels;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Services;

/// <summary>Carries a worker's requests to another worker instead of the network: an outbound Worker, a <c>globalOutbound</c>. That
/// worker is asked again for each redirect.</summary>
internal sealed class WorkerOutbound(ServiceTarget target) : ISubrequestChannel
{
    /// <summary>Terms with a way to the outbound Worker that they name, from a worker.</summary>
    public static RoutedTerms Route(Worker from, InvocationTerms terms) => terms as RoutedTerms ?? new RoutedTerms
    {
        CpuTime = terms.CpuTime,
        Subrequests = terms.Subrequests,
        Environment = terms.Environment,
        OutboundService = terms.OutboundService,
        OutboundEnvironment = terms.OutboundEnvironment,
        Outbound = terms.OutboundService is not { } service ? null : new WorkerOutbound(new BoundTarget(from, new ServiceBinding("outbound", service))
        {
            Terms = terms.OutboundEnvironment.IsEmpty ? null : new InvocationTerms { Environment = terms.OutboundEnvironment },
        }),
    };

    /// <inheritdoc/>
    public async ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation)
    {
        if (ServiceTarget.IsTooDeep(request.Depth + 1)) throw new SubrequestException(ServiceTarget.TooDeep);
        ServiceChannel channel = new(target, request.Depth + 1);
        var hop = request;
        for (var sent = 1; ; sent++)
        {
            var response = await channel.SendAsync(hop, cancellation).ConfigureAwait(false);
            if (request.Redirect == RedirectMode.Manual || Redirection.Of(response) is not { } location) return sent == 1 ? response : new FollowedResponse(response, sent);
            await response.DisposeAsync().ConfigureAwait(false);
            hop = Redirection.Follow(hop, response.Status, location, sent);
        }
    }

    /// <inheritdoc/>
    public ValueTask<SocketConnection> ConnectAsync(string host, int port, bool secure, CancellationToken cancellation) =>
        throw new SubrequestException("connect() is not available to this Worker: what it sends goes through another Worker, which takes HTTP requests only.");
}
