namespace Skep.Abstractions.Channels;

/// <summary>Carries what a worker sends out: to the internet, to a service binding, to a test's fake.</summary>
public interface ISubrequestChannel
{
    /// <summary>Sends the request and returns when the response's head is there. Follows redirects as asked.</summary>
    /// <exception cref="SubrequestException">No response; its message is shown to the worker.</exception>
    ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation);
}
