using Skep.Abstractions.Compatibility;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Workers;
using Skep.V8;

namespace Skep.Runtime.Queues;

/// <summary>A queue's refusals in workerd's words.</summary>
internal static class QueueErrors
{
    /// <param name="method">Which method failed; null where the number is always told.</param>
    public static JsException ToJs(WorkerVersion version, string? method, QueueException refused) => JsException.Plain(
        method is null || CompatibilityFlags.On(version.CompatibilityDate, version.CompatibilityFlags).Contains("queue_expose_error_codes")
            ? $"{refused.Message} ({refused.Code})"
            : $"Queue {method} failed: {refused.Message}");
}
