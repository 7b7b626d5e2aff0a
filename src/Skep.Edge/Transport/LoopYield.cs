namespace Skep.Edge.Transport;

/// <summary>What loops get done, and with how much.</summary>
/// <param name="Rate">Work in a second, of any unit.</param>
/// <param name="Cores">Processor time of this process in a second.</param>
internal readonly record struct LoopYield(double Rate, double Cores)
{
    /// <summary>To compare by where cores are scarce: work, times work for each second of processor time. A tenth more work may cost a fifth
    /// more of that time.</summary>
    public double Worth => Rate * Rate / Cores;

    /// <summary>Both together.</summary>
    public static LoopYield operator +(LoopYield one, LoopYield other) => new(one.Rate + other.Rate, one.Cores + other.Cores);

    /// <summary>The mean of so many.</summary>
    public static LoopYield operator /(LoopYield sum, int count) => new(sum.Rate / count, sum.Cores / count);
}
