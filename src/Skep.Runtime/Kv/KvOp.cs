using Skep.Abstractions.Kv;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Kv;

/// <summary>An operation on a namespace that takes a while.</summary>
/// <param name="method">What its errors call it.</param>
/// <param name="convert">Makes the JavaScript value, inside the isolate, and frees what it is made of.</param>
internal sealed class KvOp<T>(string method, Func<WorkerIsolate, T, JsArgument> convert) : ServiceOp<T>(convert)
{
    /// <inheritdoc/>
    protected override JsException? Refusal(Exception failure) => failure is KvException refused ? KvErrors.ToJs(method, refused) : null;
}
