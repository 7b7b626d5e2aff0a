namespace Skep.Edge.Observability;

/// <summary>Several logs as one.</summary>
public sealed class RequestLogs(IReadOnlyList<IRequestLog> logs) : IRequestLog
{
    /// <inheritdoc/>
    public void Completed(in RequestLogEntry entry)
    {
        foreach (var log in logs) log.Completed(entry);
    }
}
