using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Loading;

/// <summary>For a worker that may not reach the network (<c>globalOutbound: null</c>).</summary>
internal sealed class NoOutbound : ISubrequestChannel
{
    private const string Refusal =
        "This worker is not permitted to access the internet via global functions like fetch(). It must use capabilities (such as bindings in 'env') to talk to the outside world.";

    /// <summary>The only one.</summary>
    public static NoOutbound Instance { get; } = new();

    /// <inheritdoc/>
    public ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation) =>
        ValueTask.FromException<SubrequestResponse>(new RemoteErrorException(new WorkerError(WorkerErrorCode.Exception, $"Error: {Refusal}")));

    /// <inheritdoc/>
    public ValueTask<SocketConnection> ConnectAsync(string host, int port, bool secure, CancellationToken cancellation) =>
        ValueTask.FromException<SocketConnection>(new SubrequestException(Refusal));
}
