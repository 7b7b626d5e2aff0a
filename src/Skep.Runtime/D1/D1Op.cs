using Skep.Abstractions.D1;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.D1;

/// <summary>Queries that take a while.</summary>
/// <param name="queries">What is asked; given back at the end.</param>
internal sealed class D1Op(D1QueryWriter queries) : ServiceOp<D1Answer>(static (isolate, answer) => D1Ops.Result(isolate, answer))
{
    /// <inheritdoc/>
    protected override JsException? Refusal(Exception failure) => failure is D1Exception failed ? D1Errors.ToJs(queries.Written.Span, failed) : null;

    /// <inheritdoc/>
    protected override void Release() => queries.Dispose();
}
