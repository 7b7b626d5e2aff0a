using Skep.Abstractions.Workflows;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Workflows;

/// <summary>An operation on Workflows that takes a while.</summary>
/// <param name="convert">Makes the JavaScript value, inside the isolate.</param>
internal sealed class WorkflowOp<T>(Func<WorkerIsolate, T, JsArgument> convert) : ServiceOp<T>(convert)
{
    /// <inheritdoc/>
    protected override JsException? Refusal(Exception failure) => failure is WorkflowException refused ? JsException.Plain(refused.Message) : null;
}
