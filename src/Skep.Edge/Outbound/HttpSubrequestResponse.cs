using Skep.Abstractions.Channels;
using Skep.Edge.Outbound.Http1;

namespace Skep.Edge.Outbound;

/// <summary>An origin's response, as it was sent.</summary>
internal sealed class HttpSubrequestResponse(Http1Response response, HttpUrl url, int requestsSent) : SubrequestResponse
{
    public override int Status => response.Head.Status;

    public override string StatusText => response.Head.Reason;

    public override string Url => url.Text;

    public override int RequestsSent => requestsSent;

    public override Stream? Body => response.Body;

    public override long? BodyLength => response.Body is null ? null : response.Head.ContentLength;

    public override Stream? Upgraded => response.Upgraded;

    public override void CopyHeaders(List<string> flat) => flat.AddRange(response.Head.Headers);

    public override ValueTask DisposeAsync()
    {
        response.Close();
        return ValueTask.CompletedTask;
    }
}
