namespace Skep.Supervision.Link;

/// <summary>Everything that the two sides say to each other.</summary>
internal enum LinkMethod : byte
{
    None,

    /// <summary>Worker process: here I am, this is the protocol that I speak. Answer: the settings.</summary>
    Hello,

    /// <summary>Worker process: what to route to may be sent.</summary>
    Ready,

    /// <summary>Worker process: a version that requests ask for. Answer: the version, its modules as the body.</summary>
    ReadVersion,

    /// <summary>Worker process: lines for standard output; nobody answers.</summary>
    Output,

    /// <summary>Worker process: lines for standard error; nobody answers.</summary>
    ErrorOutput,

    /// <summary>Supervisor: scripts as they are routed to from now on. Answered when requests go by it.</summary>
    Route,

    /// <summary>Supervisor: start this version, whose modules are the body, and tell how it went.</summary>
    Check,

    /// <summary>Supervisor: accept connections.</summary>
    Accept,

    /// <summary>Supervisor: end. Answered when everything that was accepted is answered.</summary>
    Drain,

    /// <summary>Supervisor: are you there? Answer: how the process is.</summary>
    Ping,
}
