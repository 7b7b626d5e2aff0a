using System.Globalization;

namespace Skep.LocalData;

/// <summary>The order in which migrations are applied, by their paths: those that begin with a number by that, before those that do not.</summary>
internal sealed class MigrationOrder : IComparer<string[]>
{
    public static MigrationOrder Instance { get; } = new();

    /// <summary>The number that a name begins with.</summary>
    public static long? Number(string name)
    {
        var end = name.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(name.AsSpan(0, end < 0 ? name.Length : end), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <inheritdoc/>
    public int Compare(string[]? x, string[]? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        for (var i = 0; i < Math.Min(x.Length, y.Length); i++)
        {
            var byNumber = (Number(x[i]) ?? long.MaxValue).CompareTo(Number(y[i]) ?? long.MaxValue);
            var order = byNumber != 0 ? byNumber : string.CompareOrdinal(x[i], y[i]);
            if (order != 0) return order;
        }

        return x.Length - y.Length;
    }
}
