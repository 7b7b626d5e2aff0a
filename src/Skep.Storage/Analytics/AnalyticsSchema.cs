using Skep.Abstractions.Analytics;

namespace Skep.Storage.Analytics;

/// <summary>The tables of data points. A step that was released is never changed: add another.</summary>
internal static class AnalyticsSchema
{
    public static readonly IReadOnlyList<string> Steps =
    [
        $"""
        CREATE TABLE dataset (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE point (
            dataset INTEGER NOT NULL,
            timestamp INTEGER NOT NULL,
            sample_interval INTEGER NOT NULL DEFAULT 1,
            index1 TEXT NOT NULL,
            {Members("blob", "TEXT")},
            {Members("double", "REAL")}
        ) STRICT;
        CREATE INDEX point_by_time ON point (dataset, timestamp);
        """,
    ];

    private static string Members(string name, string type) => string.Join(", ", Enumerable.Range(1, AnalyticsPoint.MostMembers).Select(number => $"{name}{number} {type}"));
}
