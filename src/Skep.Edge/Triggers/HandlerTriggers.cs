using Skep.Abstractions.Workers;

namespace Skep.Edge.Triggers;

/// <summary>Endpoints that run a handler which no request reaches, as <c>wrangler dev</c> has them: under the path of its newer versions and under
/// that of the older ones.</summary>
internal static class HandlerTriggers
{
    private static readonly (string Path, Prepare Prepare)[] All =
    [
        ("/cdn-cgi/handler/scheduled", ScheduledTrigger.PrepareAsync),
        ("/cdn-cgi/local/scheduled", ScheduledTrigger.PrepareAsync),
        ("/cdn-cgi/handler/email", EmailTrigger.PrepareAsync),
        ("/cdn-cgi/local/email", EmailTrigger.PrepareAsync),
    ];

    /// <summary>Reads a request, and says what is to be done with the worker.</summary>
    public delegate ValueTask<Func<IWorker, Task<TriggerResult>>> Prepare(string pathAndQuery, Stream? body);

    /// <summary>The endpoint of that path, with or without a query; null when there is none.</summary>
    public static Prepare? Find(string pathAndQuery)
    {
        if (!pathAndQuery.StartsWith("/cdn-cgi/", StringComparison.Ordinal))
            return null;
        foreach ((string path, Prepare prepare) in All)
        {
            if (pathAndQuery.StartsWith(path, StringComparison.Ordinal) && (pathAndQuery.Length == path.Length || pathAndQuery[path.Length] == '?'))
                return prepare;
        }

        return null;
    }
}
