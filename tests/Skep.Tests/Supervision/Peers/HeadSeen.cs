using System.IO.Pipelines;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;

namespace Skep.Tests.Supervision.Peers;

/// <summary>A request that tells when the head of its answer came.</summary>
internal sealed class HeadSeen : FetchEvent
{
    private readonly TaskCompletionSource<int> _head = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<int> Head => _head.Task;

    public Task Ended => _ended.Task;

    public ObjectAddress? Address { get; init; }

    public override ObjectAddress? Object => Address;

    public override string Method => "GET";

    public override string Url => "http://example.com/";

    public override Stream? Body => null;

    public override long? BodyLength => null;

    public override string? Cf => null;

    public override CancellationToken Aborted => default;

    public override PipeWriter ResponseBody { get; } = PipeWriter.Create(Stream.Null);

    public override bool HasStarted => false;

    public override void CopyHeaders(List<string> flat)
    {
    }

    public override string? GetHeader(string name) => null;

    public override void SetStatus(int status, string? reason) => _head.TrySetResult(status);

    public override void AddHeader(string name, string value)
    {
    }

    public override void SetContentLength(long length)
    {
    }

    public override void Complete(in InvocationSummary summary) => _ended.SetResult();

    public override void Fail(WorkerError error, bool passThrough, in InvocationSummary summary) => _ended.SetException(new IOException(error.Message));
}
