namespace Skep.Edge.Observability;

/// <summary>Hears of every request when it has ended. Called on the thread that ended it: return quickly.</summary>
public interface IRequestLog
{
    /// <summary>One request has ended.</summary>
    void Completed(in RequestLogEntry entry);
}
