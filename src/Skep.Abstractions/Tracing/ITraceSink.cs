namespace Skep.Abstractions.Tracing;

/// <summary>Takes traces of invocations, when somebody wants them.</summary>
public interface ITraceSink
{
    /// <summary>Whether a script's traces are wanted; the same object for as long as the process runs.</summary>
    TraceDemand DemandFor(string script);

    /// <summary>An invocation has ended. Called on the thread that ran it: return quickly.</summary>
    void Publish(InvocationTrace trace);
}

/// <summary>Whether anybody wants a script's traces: one read for each invocation, and nothing else while nobody does.</summary>
public sealed class TraceDemand
{
    private volatile bool _isWanted;
    private volatile bool _isConsumed;

    /// <summary>True when traces are to be made.</summary>
    public bool IsAny => _isWanted || _isConsumed;

    /// <summary>True while a tail Worker takes them.</summary>
    public bool IsConsumed
    {
        get => _isConsumed;
        set => _isConsumed = value;
    }

    /// <summary>True while somebody does, beside tail Workers.</summary>
    public bool IsWanted
    {
        get => _isWanted;
        set => _isWanted = value;
    }
}
