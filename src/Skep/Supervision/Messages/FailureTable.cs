using Skep.Abstractions.D1;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Workflows;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;
using Skep.Abstractions.Vectors;
using Skep.Abstractions.Objects;
using Skep.Supervision.Link;

namespace Skep.Supervision.Messages;

/// <summary>The exceptions that keep their type on the way to the other side, because somebody there tells them apart.</summary>
internal static class FailureTable
{
    private static readonly (string Kind, Type Type, Func<Failure, Exception> Make)[] _known =
    [
        ("startup", typeof(WorkerStartupException), failure => new WorkerStartupException(failure.Error!)),
        ("object", typeof(ObjectUnavailableException), failure => new ObjectUnavailableException(failure.Error!, failure.Error!.IsRetryable)),
        ("kv", typeof(KvException), failure => new KvException(failure.Status, failure.Message)),
        ("workflow", typeof(WorkflowException), failure => new WorkflowException((WorkflowProblem)failure.Status, failure.Message)),
        ("d1", typeof(D1Exception), failure => new D1Exception(failure.Status, failure.Message, failure.Place)),
        ("queue", typeof(QueueException), failure => new QueueException(failure.Status, failure.Code, failure.Message)),
        ("r2", typeof(R2Exception), failure => new R2Exception(failure.Status, failure.Code, failure.Message)),
        ("vector", typeof(VectorException), failure => new VectorException(failure.Status >> 20, failure.Status & 0xfffff, failure.Message)),
        ("missing", typeof(KeyNotFoundException), failure => new KeyNotFoundException(failure.Message)),
        ("cancelled", typeof(OperationCanceledException), failure => new OperationCanceledException(failure.Message)),
    ];

    public static Failure Describe(Exception failure)
    {
        var kind = _known.FirstOrDefault(each => each.Type.IsInstanceOfType(failure)).Kind ?? "";
        var status = failure switch
        {
            KvException kv => kv.Status,
            D1Exception d1 => d1.Status,
            QueueException queue => queue.Status,
            R2Exception r2 => r2.Status,
            // Two numbers in one.
            VectorException vector => (vector.Status << 20) | vector.Code,
            WorkflowException workflow => (int)workflow.Problem,
            _ => 0,
        };
        var code = (failure as QueueException)?.Code ?? (failure as R2Exception)?.Code ?? 0;
        return new Failure(kind, failure.Message, (failure as WorkerStartupException)?.Error ?? (failure as ObjectUnavailableException)?.Error, status, (failure as D1Exception)?.Query ?? 0, code);
    }

    public static Exception Understand(Failure failure) =>
        _known.FirstOrDefault(each => each.Kind == failure.Kind).Make?.Invoke(failure) ?? new LinkException(failure.Message);
}
