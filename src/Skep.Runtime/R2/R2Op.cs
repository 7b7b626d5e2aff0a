using Skep.Abstractions.R2;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.R2;

/// <summary>An operation on a bucket that takes a while.</summary>
/// <param name="method">What its errors call it.</param>
/// <param name="convert">Makes the JavaScript value, inside the isolate, and frees what it is made of.</param>
internal sealed class R2Op<T>(string method, Func<WorkerIsolate, T, JsArgument> convert) : ServiceOp<T>(convert)
{
    /// <summary>A bucket's refusal in workerd's words.</summary>
    public static JsException ToJs(string method, R2Exception refused) => JsException.Plain($"{method}: {refused.Message} ({refused.Code})");

    /// <inheritdoc/>
    protected override JsException? Refusal(Exception failure) => failure switch
    {
        R2Exception refused => ToJs(method, refused),
        OperationCanceledException => BodyFailure.ToJs(failure),
        _ => null,
    };
}
