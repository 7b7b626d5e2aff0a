using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.RateLimiting;

/// <summary>The op of rate limiters (<c>js/rate-limit/ops.ts</c>).</summary>
internal static class RateLimitOps
{
    public static unsafe void Register(OpTable ops) => ops.Add("rate_limit", &Limit);

    private static void Limit(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        isolate.RequireInvocation();
        var bindings = isolate.Worker.Version.Bindings;
        var place = call[0].Int32;
        if (place < 0 || place >= bindings.Length || bindings[place] is not RateLimitBinding binding) throw JsException.Type("Illegal invocation");
        var limit = call[2].IsNumber ? (long)call[2].Number : binding.Limit;
        var period = call[3].IsNumber ? call[3].Int32 : binding.Period;
        var counted = isolate.Worker.Services.RateLimiter!.LimitAsync(binding.NamespaceId, call[1].ToString(), limit, period, (long)call[4].Number);
        if (counted.IsCompletedSuccessfully) call.Return(counted.Result);
        else new TaskOp<bool>(static (_, success) => success).Start(in call, counted.AsTask());
    }
}
