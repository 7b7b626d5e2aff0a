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

    /// <summary>Worker process: messages for a queue, their bodies as the body. Answered when they are stored: what the queue holds.</summary>
    QueueSend,

    /// <summary>Worker process: what a queue holds.</summary>
    QueueMetrics,

    /// <summary>Worker process: what is known of an object.</summary>
    R2Head,

    /// <summary>Worker process: an object. Answer: what is known of it, its content as the body.</summary>
    R2Get,

    /// <summary>Worker process: an object to store, its content as the body. Answered when it is stored.</summary>
    R2Put,

    /// <summary>Worker process: objects to delete. Answered when they are gone.</summary>
    R2Delete,

    /// <summary>Worker process: a page of a bucket's objects.</summary>
    R2List,

    /// <summary>Worker process: begin an upload in parts. Answer: its id.</summary>
    R2CreateUpload,

    /// <summary>Worker process: a part to store, its content as the body. Answered when it is stored.</summary>
    R2PutPart,

    /// <summary>Worker process: make an object of an upload's parts. Answer: the object.</summary>
    R2CompleteUpload,

    /// <summary>Worker process: drop an upload.</summary>
    R2AbortUpload,

    /// <summary>Worker process: count an action. Answer: whether it is allowed.</summary>
    RateLimit,

    /// <summary>Worker process: an invocation of a script whose traces are wanted has ended; nobody answers.</summary>
    Trace,

    /// <summary>Worker process: what workers have used. Answered when the supervisor has it.</summary>
    Usage,

    /// <summary>Worker process: lines of the request log. Answered when they are written.</summary>
    RequestLog,

    /// <summary>Worker process: make instances of a Workflow. Answer: their ids.</summary>
    WorkflowCreate,

    /// <summary>Worker process: an instance. Answer: how it is.</summary>
    WorkflowGet,

    /// <summary>Worker process: pause, resume, restart or end an instance. Answered when that is stored.</summary>
    WorkflowChange,

    /// <summary>Worker process: an event for an instance. Answered when it is stored.</summary>
    WorkflowSignal,

    /// <summary>Worker process: remove instances. Answer: which were there.</summary>
    WorkflowDelete,

    /// <summary>Worker process: what a run has done. Answer: whether it goes on.</summary>
    WorkflowRecord,

    /// <summary>Worker process: what a run's steps did is undone from now on. Answer: whether it goes on.</summary>
    WorkflowRollBack,

    /// <summary>Worker process: a run waits for an event. Answer: the event, when there is one.</summary>
    WorkflowTake,

    /// <summary>Supervisor: run an instance of a Workflow. Answer: what came of it.</summary>
    RunWorkflow,

    /// <summary>Worker process: who hosts an object? The asker becomes it when nobody is.</summary>
    FindObject,

    /// <summary>Worker process: events for an object that was asked for are taken here from now on; nobody answers.</summary>
    ObjectHosted,

    /// <summary>Worker process: nothing of an object runs here any more. Answered when another may host it.</summary>
    ReleaseObject,

    /// <summary>Worker process: when an object wants to be woken. Answered when that is stored.</summary>
    NoteAlarm,

    /// <summary>Supervisor: host this object. Answered when events for it are taken.</summary>
    HostObject,

    /// <summary>Supervisor: wake this object. Answered when it has done what it does then.</summary>
    Alarm,

    /// <summary>Worker process, and to the others the supervisor: the cache folder has an entry more or less; nobody answers.</summary>
    CacheChange,

    /// <summary>Supervisor: run a scheduled handler to its end. Answer: what became of it.</summary>
    Schedule,

    /// <summary>Supervisor: run a queue handler to its end; the messages' bodies are the body. Answer: what becomes of the messages.</summary>
    QueueDeliver,

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

    /// <summary>Supervisor: no process has anything to answer any more; end with what you host.</summary>
    End,

    /// <summary>Supervisor: are you there? Answer: how the process is.</summary>
    Ping,

    /// <summary>Worker process: where a Hyperdrive configuration leads.</summary>
    HyperdriveOrigin,

    /// <summary>Worker process: data points of Analytics Engine. Answered when they are stored.</summary>
    AnalyticsPoints,

    /// <summary>Worker process: asks a Vectorize index; request and answer are the bodies.</summary>
    Vector,

    /// <summary>Worker process: an email to deliver, the message as the body. Answered when it was accepted.</summary>
    SendEmail,

    /// <summary>Supervisor: run an email handler to its end; the message is the body. Answer: what became of it.</summary>
    EmailDeliver,

    /// <summary>Command: which of a project's data it asks for. Answered when it may.</summary>
    OpenState,

    /// <summary>Command: a file of SQL for a D1 database, as the body. Answered when it is stored: what it did.</summary>
    D1Import,

    /// <summary>Command: a D1 database as SQL. Answer: the SQL as the body.</summary>
    D1Export,
}
