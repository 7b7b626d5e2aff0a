using Skep.Abstractions.Channels;

namespace Skep.Edge.Caching;

/// <summary>A response that is read while it is recorded.</summary>
internal sealed class RecordingResponse(int status, string statusText, string url, List<string> headers, Stream body, long? length, string cacheStatus) : SubrequestResponse
{
    public override int Status => status;

    public override string StatusText => statusText;

    public override string Url => url;

    public override int RequestsSent => 1;

    public override Stream? Body => body;

    public override long? BodyLength => length;

    public override void CopyHeaders(List<string> flat) => StatusResponse.Copy(headers, flat, cacheStatus);

    public override ValueTask DisposeAsync() => body.DisposeAsync();
}
