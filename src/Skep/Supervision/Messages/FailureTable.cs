using Skep.Abstractions.D1;
using Skep.Abstractions.Email;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;
using Skep.Abstractions.Vectors;
using Skep.Abstractions.Workflows;
using Skep.Supervision.Link;

namespace Skep.Supervision.Messages;

/// <summary>The exceptions that keep their type on the way to the other side, because somebody there tells them apart.</summary>
internal static class FailureTable
{
    private static readonly Row[] _known =
    [
        Of<WorkerStartupException>("startup", (from, to) => to with { Error = from.Error }, failure => new(failure.Error!)),
        Of<ObjectUnavailableException>("object", (from, to) => to with { Error = from.Error }, failure => new(failure.Error!, failure.Error!.IsRetryable)),
        Of<KvException>("kv", (from, to) => to with { Status = from.Status }, failure => new(failure.Status, failure.Message)),
        Of<WorkflowException>("workflow", (from, to) => to with { Status = (int)from.Problem }, failure => new((WorkflowProblem)failure.Status, failure.Message)),
        Of<D1Exception>("d1", (from, to) => to with { Status = from.Status, Place = from.Query }, failure => new(failure.Status, failure.Message, failure.Place)),
        Of<QueueException>("queue", (from, to) => to with { Status = from.Status, Code = from.Code }, failure => new(failure.Status, failure.Code, failure.Message)),
        Of<R2Exception>("r2", (from, to) => to with { Status = from.Status, Code = from.Code }, failure => new(failure.Status, failure.Code, failure.Message)),
        Of<EmailException>("email", (from, to) => to with { Name = from.Code }, failure => new(failure.Name!, failure.Message)),
        Of<VectorException>("vector", (from, to) => to with { Status = from.Status, Code = from.Code }, failure => new(failure.Status, failure.Code, failure.Message)),
        Of<KeyNotFoundException>("missing", (_, to) => to, failure => new(failure.Message)),
        Of<OperationCanceledException>("cancelled", (_, to) => to, failure => new(failure.Message)),
    ];

    public static Failure Describe(Exception failure)
    {
        Failure described = new(Kind: "", failure.Message);
        return _known.FirstOrDefault(row => row.Type.IsInstanceOfType(failure)) is { } known
            ? known.Describe(failure, described with { Kind = known.Kind })
            : described;
    }

    public static Exception Understand(Failure failure) =>
        _known.FirstOrDefault(row => row.Kind == failure.Kind)?.Make(failure) ?? new LinkException(failure.Message);

    private static Row Of<T>(string kind, Func<T, Failure, Failure> describe, Func<Failure, T> make)
        where T : Exception =>
        new(kind, typeof(T), (failure, described) => describe((T)failure, described), make);

    /// <summary>One of them.</summary>
    /// <param name="Kind">Its name on the way.</param>
    /// <param name="Type">What it is.</param>
    /// <param name="Describe">Adds what it has beside its message.</param>
    /// <param name="Make">Makes it again.</param>
    private sealed record Row(string Kind, Type Type, Func<Exception, Failure, Failure> Describe, Func<Failure, Exception> Make);
}
