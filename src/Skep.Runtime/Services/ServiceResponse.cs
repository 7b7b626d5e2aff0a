using System.IO.Pipelines;
using Skep.Abstractions.Channels;

namespace Skep.Runtime.Services;

/// <summary>A worker's answer as the worker that asked receives it.</summary>
internal sealed class ServiceResponse(
    ServiceFetchEvent source, string url, int status, string statusText, List<string> headers, PipeReader? body, long? length, Stream? upgraded) : SubrequestResponse
{
    public override int Status => status;

    public override string StatusText => statusText;

    public override string Url => url;

    public override int RequestsSent => 1;

    public override Stream? Body { get; } = body?.AsStream();

    public override long? BodyLength => length;

    public override Stream? Upgraded => upgraded;

    public override void CopyHeaders(List<string> flat) => flat.AddRange(headers);

    public override ValueTask DisposeAsync()
    {
        // The connection is the caller's own and says by itself that it ends.
        if (upgraded is not null) return ValueTask.CompletedTask;
        body?.Complete();
        source.Abandon();
        return ValueTask.CompletedTask;
    }
}
