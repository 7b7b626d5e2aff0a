namespace Skep.V8;

/// <summary>How a run of JavaScript ended.</summary>
public enum JsStatus
{
    /// <summary>It returned.</summary>
    Ok = 0,

    /// <summary>It threw; the value is the exception.</summary>
    Exception = 1,

    /// <summary>It was terminated, by <see cref="Isolate.Terminate"/> or by the heap limit.</summary>
    Terminated = 2,
}
