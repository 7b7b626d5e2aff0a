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

    /// <summary>Worker process: pairs of a KV namespace. Answer: what is stored beside the values, these as the body.</summary>
    KvRead,

    /// <summary>Worker process: a page of a KV namespace's keys.</summary>
    KvList,

    /// <summary>Worker process: changes of a KV namespace, the values as the body. Answered when they are stored.</summary>
    KvWrite,

    /// <summary>Worker process: queries for a D1 database. Answer: what they read and wrote, and the results, as the body when they are long.</summary>
    D1Query,

    /// <summary>Worker process: count an action. Answer: whether it is allowed.</summary>
    RateLimit,

    /// <summary>Worker process: an invocation of a script whose traces are wanted has ended; nobody answers.</summary>
    Trace,

    /// <summary>Worker process: what workers have used. Answered when the supervisor has it.</summary>
    Usage,

    /// <summary>Worker process: lines of the request log. Answered when they are written.</summary>
    RequestLog,

    /// <summary>Supervisor: run a scheduled handler to its end. Answer: what became of it.</summary>
    Schedule,

    /// <summary>Supervisor: forget cached responses. Answer: how many there were.</summary>
    Purge,

    /// <summary>Supervisor: the scripts whose traces are wanted; nobody answers.</summary>
    WantedTraces,

    /// <summary>Supervisor: tell what workers have used. Answered when that is done.</summary>
    FlushUsage,

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
