using Skep.Abstractions.Channels;

namespace Skep.Runtime.Services;

/// <summary>Carries a worker's requests to another worker instead of the network: an outbound Worker, a <c>globalOutbound</c>. That
/// worker is asked again for each redirect.</summary>
internal sealed class WorkerOutbound(ServiceTarget target) : ISubrequestChannel
{
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
