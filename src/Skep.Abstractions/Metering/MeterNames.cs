using Skep.Abstractions.Events;

namespace Skep.Abstractions.Metering;

/// <summary>What every meter counts. Storage and others add names of their own, such as <c>kv.reads</c>.</summary>
public static class MeterNames
{
    /// <summary>Invocations, of whatever event.</summary>
    public const string Requests = "requests";

    /// <summary>CPU time in microseconds.</summary>
    public const string CpuMicroseconds = "cpu_us";

    /// <summary>Wall time in microseconds.</summary>
    public const string WallMicroseconds = "wall_us";

    /// <summary>Requests that were sent.</summary>
    public const string Subrequests = "subrequests";

    /// <summary>Bytes of request bodies that were read.</summary>
    public const string BytesIn = "bytes_in";

    /// <summary>Bytes of response bodies.</summary>
    public const string BytesOut = "bytes_out";

    /// <summary>What the counters of outcomes begin with.</summary>
    public const string OutcomePrefix = "outcome.";

    private static readonly string[] Outcomes = [.. Enum.GetValues<InvocationOutcome>().Select(outcome => OutcomePrefix + OutcomeNames.Of(outcome))];

    /// <summary>The counter of an outcome.</summary>
    public static string OfOutcome(InvocationOutcome outcome) => Outcomes[(int)outcome];
}
