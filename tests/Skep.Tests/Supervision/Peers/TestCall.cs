using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Rpc;

namespace Skep.Tests.Supervision.Peers;

/// <summary>A call as its caller sees it.</summary>
internal sealed class TestCall(string path, RpcMessage? arguments = null) : RpcCall
{
    private readonly TaskCompletionSource<RpcMessage> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<RpcCapability> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override IReadOnlyList<string> Path { get; } = path.Length == 0 ? [] : path.Split('.');

    public override RpcMessage? Arguments => arguments;

    /// <summary>The result; fails with a <see cref="CallException"/>.</summary>
    public Task<RpcMessage> Result => _result.Task;

    /// <summary>What calls on the result go to.</summary>
    public Task<RpcCapability> Begun => _begun.Task;

    /// <summary>A message of a text and attachments.</summary>
    public static RpcMessage Message(string text, params RpcAttachment[] attachments) => new(Encoding.UTF8.GetBytes(text), attachments);

    public static string Text(RpcMessage message) => Encoding.UTF8.GetString(message.Bytes.Span);

    public override void Begin(RpcCapability result) => _begun.TrySetResult(result);

    public override void Return(RpcMessage result) => _result.SetResult(result);

    public override void Throw(RpcMessage thrown) => _result.SetException(new CallException(Text(thrown), null));

    public override void Fail(WorkerError error) => _result.SetException(new CallException(error.Message, error));
}

/// <summary>A call has no result.</summary>
internal sealed class CallException(string message, WorkerError? error) : Exception(message)
{
    public WorkerError? Error { get; } = error;
}

/// <summary>A session as its caller sees it.</summary>
internal sealed class TestSession(TestCall call, CancellationToken aborted = default) : RpcEvent
{
    private readonly TaskCompletionSource<InvocationSummary> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override string? Entrypoint { get; } = "Counter";

    public override ObjectAddress? Object { get; } = new("namespace", "id", "name");

    public override CallerProps? Props { get; } = new("{}", new byte[] { 1, 2 });

    public InvocationTerms? CallerTerms { get; init; }

    public override InvocationTerms? Terms => CallerTerms;

    public override int Depth => 3;

    public override RpcCall Call => call;

    public override CancellationToken Aborted => aborted;

    public Task<InvocationSummary> Completed => _completed.Task;

    public override void Complete(in InvocationSummary summary) => _completed.TrySetResult(summary);
}

/// <summary>Something that can be called, and counts its holders.</summary>
internal sealed class TestCapability(Action<RpcCall> called) : RpcCapability
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<WorkerError>? _watcher;
    private int _references = 1;

    public Task Released => _released.Task;

    public int References => Volatile.Read(ref _references);

    public void Break(WorkerError error) => _watcher!(error);

    public TaskCompletionSource Watched { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override void Call(RpcCall call) => called(call);

    public override void AddReference() => Interlocked.Increment(ref _references);

    public override void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0) _released.TrySetResult();
    }

    public override void WhenBroken(Action<WorkerError> broken)
    {
        _watcher = broken;
        Watched.TrySetResult();
    }
}
