using Skep.Abstractions.D1;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Kv;
using Skep.Supervision.Link;

namespace Skep.Supervision.Messages;

/// <summary>The exceptions that keep their type on the way to the other side, because somebody there tells them apart.</summary>
internal static class FailureTable
{
    private static readonly (string Kind, Type Type, Func<Failure, Exception> Make)[] _known =
    [
        ("startup", typeof(WorkerStartupException), failure => new WorkerStartupException(failure.Error!)),
        ("kv", typeof(KvException), failure => new KvException(failure.Status, failure.Message)),
        ("d1", typeof(D1Exception), failure => new D1Exception(failure.Status, failure.Message, failure.Place)),
        ("missing", typeof(KeyNotFoundException), failure => new KeyNotFoundException(failure.Message)),
        ("cancelled", typeof(OperationCanceledException), failure => new OperationCanceledException(failure.Message)),
    ];

    public static Failure Describe(Exception failure)
    {
        var kind = _known.FirstOrDefault(each => each.Type.IsInstanceOfType(failure)).Kind ?? "";
        return new Failure(kind, failure.Message, (failure as WorkerStartupException)?.Error, failure switch
        {
            KvException kv => kv.Status,
            D1Exception d1 => d1.Status,
            _ => 0,
        }, (failure as D1Exception)?.Query ?? 0);
    }

    public static Exception Understand(Failure failure) =>
        _known.FirstOrDefault(each => each.Kind == failure.Kind).Make?.Invoke(failure) ?? new LinkException(failure.Message);
}
