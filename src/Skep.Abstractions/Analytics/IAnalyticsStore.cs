namespace Skep.Abstractions.Analytics;

/// <summary>Takes data points from workers.</summary>
public interface IAnalyticsSink
{
    /// <summary>Takes a point; waits for nothing. It is stored soon.</summary>
    void Write(AnalyticsPoint point);
}

/// <summary>Keeps data points.</summary>
public interface IAnalyticsStore
{
    /// <summary>Stores the points: all of them, or none.</summary>
    /// <exception cref="IOException">It is not possible now.</exception>
    ValueTask AddAsync(IReadOnlyList<AnalyticsPoint> points);
}

/// <summary>Answers queries about data points.</summary>
public interface IAnalyticsQueries
{
    /// <summary>Runs a query of the SQL API.</summary>
    /// <exception cref="AnalyticsException">It is wrong, or takes too much.</exception>
    ValueTask<AnalyticsAnswer> QueryAsync(string sql, CancellationToken cancellation);
}

/// <summary>The answer to a query.</summary>
/// <param name="ContentType">What it is.</param>
/// <param name="Body">The answer as it is sent.</param>
public sealed record AnalyticsAnswer(string ContentType, ReadOnlyMemory<byte> Body);
