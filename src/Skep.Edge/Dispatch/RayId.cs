namespace Skep.Edge.Dispatch;

/// <summary>Makes the 16 hexadecimal digits that name one request.</summary>
internal static class RayId
{
    // A random start, so that two nodes or two runs do not repeat each other's; then a walk through all 2^64 values in an
    // order that does not show the count (the multiplier is odd, hence a bijection).
    private static long _next = Random.Shared.NextInt64(long.MinValue, long.MaxValue);

    public static string New() =>
        ((ulong)Interlocked.Increment(ref _next) * 0x9E3779B97F4A7C15UL).ToString("x16");
}
