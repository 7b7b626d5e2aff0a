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
        var invocation = isolate.RequireInvocation();
        var binding = call.Binding<RateLimitBinding>();
        var limit = call[2].IsNumber ? (long)call[2].Number : binding.Limit;
        var period = call[3].IsNumber ? call[3].Int32 : binding.Period;
        var (limiter, key, weight) = (isolate.Worker.Services.RateLimiter!, call[1].ToString(), (long)call[4].Number);
        if (invocation.Output is { IsLocked: true })
        {
            Hold(in call, () => limiter.LimitAsync(binding.NamespaceId, key, limit, period, weight));
            return;
        }

        var counted = limiter.LimitAsync(binding.NamespaceId, key, limit, period, weight);
        if (counted.IsCompletedSuccessfully) call.Return(counted.Result);
        else New().StartSent(in call, counted);
    }

    private static void Hold(in OpCall call, Func<ValueTask<bool>> count) => New().Start(in call, count);

    private static ServiceOp<bool> New() => new(static (_, success) => success);
}
