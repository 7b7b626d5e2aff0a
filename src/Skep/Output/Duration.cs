using System.Globalization;

namespace Skep.Output;

/// <summary>Times for people.</summary>
internal static class Duration
{
    /// <summary>E.g. <c>0.12 ms</c>, <c>4.3 ms</c>, <c>180 ms</c>, <c>2.41 s</c>.</summary>
    public static string Format(TimeSpan time)
    {
        var milliseconds = time.TotalMilliseconds;
        return milliseconds switch
        {
            < 1 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.00} ms"),
            < 10 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms"),
            < 1000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.00} s"),
        };
    }
}
