namespace Skep.Abstractions.Workflows;

/// <summary>How an instance is (https://developers.cloudflare.com/workflows/build/workers-api/#instancestatus).</summary>
public enum WorkflowStatus
{
    /// <summary>It waits to be run.</summary>
    Queued,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It waits for a time or an event, and nothing of it is in memory.</summary>
    Waiting,

    /// <summary>It ends what it is at, and pauses.</summary>
    WaitingForPause,

    /// <summary>It waits to be resumed.</summary>
    Paused,

    /// <summary>It returned.</summary>
    Complete,

    /// <summary>It threw, or could not go on.</summary>
    Errored,

    /// <summary>Somebody ended it.</summary>
    Terminated,

    /// <summary>It undoes what its steps did, and then ends.</summary>
    RollingBack,
}
