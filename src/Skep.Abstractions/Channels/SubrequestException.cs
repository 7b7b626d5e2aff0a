namespace Skep.Abstractions.Channels;

/// <summary>A subrequest got no response. The message is written for the worker's author and names the host.</summary>
public sealed class SubrequestException : Exception
{
    /// <summary>An exception with a message for the worker.</summary>
    public SubrequestException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message for the worker and the cause for the operator.</summary>
    public SubrequestException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
