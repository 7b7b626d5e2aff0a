using Skep.Abstractions.Channels;

namespace Skep.Runtime.Services;

/// <summary>A response that came after redirects.</summary>
internal sealed class FollowedResponse(SubrequestResponse last, int sent) : SubrequestResponse
{
    public override int Status => last.Status;

    public override string StatusText => last.StatusText;

    public override string Url => last.Url;

    public override int RequestsSent => sent;

    public override Stream? Body => last.Body;

    public override long? BodyLength => last.BodyLength;

    public override Stream? Upgraded => last.Upgraded;

    public override void CopyHeaders(List<string> flat) => last.CopyHeaders(flat);

    public override ValueTask DisposeAsync() => last.DisposeAsync();
}
