namespace Skep.Supervision.Processes;

/// <summary>How long to wait before the next process is started when they die young: not at all the first time, then ever longer, with
/// chance in it so that what several servers wait for is not hit by all at once.</summary>
internal sealed class RestartDelay
{
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    /// <summary>A process that lived so long has not died of its start.</summary>
    public static readonly TimeSpan Grown = TimeSpan.FromSeconds(20);

    /// <summary>Processes in a row that died young.</summary>
    public int Failures { get; private set; }

    /// <summary>A process has died; returns what to wait.</summary>
    public TimeSpan After(TimeSpan lifetime)
    {
        Failures = lifetime >= Grown ? 1 : Failures + 1;
        if (Failures == 1) return TimeSpan.Zero;
        var full = Math.Min(_longest.TotalMilliseconds, _shortest.TotalMilliseconds * Math.Pow(2, Math.Min(Failures - 2, 16)));
        return TimeSpan.FromMilliseconds(full * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
