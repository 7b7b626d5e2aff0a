using System.Collections.Immutable;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Scheduling;
using Skep.Abstractions.Workers;
using Skep.Hosting;

namespace Skep.Supervision.Messages;

/// <summary>A worker process introduces itself.</summary>
/// <param name="Protocol">What it speaks: <see cref="LinkRecords.Protocol"/> of its build.</param>
internal sealed record Hello(int Protocol);

/// <summary>What a worker process is told about its part.</summary>
/// <param name="Settings">The server's settings.</param>
/// <param name="Sockets">The listening sockets that it has inherited.</param>
/// <param name="Load">The table of the processes' connections, which it has inherited.</param>
/// <param name="Slots">How many places that has.</param>
/// <param name="Slot">Its own.</param>
/// <param name="Peers">The socket over which it is given connections to the other processes, which it has inherited.</param>
/// <param name="Processes">How many processes share the machine.</param>
/// <param name="OutputColours">Whether what it prints may be coloured.</param>
/// <param name="ErrorColours">The same for errors.</param>
internal sealed record Part(
    ImmutableSortedDictionary<string, ImmutableArray<string>> Settings,
    ImmutableArray<int> Sockets,
    int Load,
    int Slots,
    int Slot,
    int Peers,
    int Processes,
    bool OutputColours,
    bool ErrorColours);

/// <summary>Scripts as they are to be served from now on.</summary>
/// <param name="Revision">Rises with every update; what is older than the last update of a script is ignored.</param>
/// <param name="IsComplete">True when scripts that are not mentioned are served no more.</param>
/// <param name="Scripts">Scripts that are served.</param>
/// <param name="Removed">Scripts that are not.</param>
internal sealed record RoutingUpdate(long Revision, bool IsComplete, IReadOnlyList<ScriptRouting> Scripts, IReadOnlyList<string> Removed);

/// <summary>Names a version.</summary>
internal sealed record VersionKey(string Script, string Id);

/// <summary>A version; the contents of its modules follow as the body, each with its source map.</summary>
internal sealed record VersionHead(WorkerVersion Version, IReadOnlyList<ModuleHead> Modules);

/// <summary>A module without its content.</summary>
internal sealed record ModuleHead(string Name, ModuleKind Kind, int Length, int SourceMapLength);

/// <summary>How a process is to end.</summary>
/// <param name="Leaves">True when others go on accepting what is in the queues.</param>
internal sealed record Drain(bool Leaves);

/// <summary>How a process is.</summary>
/// <param name="ThreadsLost">Threads that workers have cost it for good.</param>
/// <param name="Gauges">Its figures.</param>
internal sealed record Health(int ThreadsLost, IReadOnlyList<ProcessGauge> Gauges);

/// <summary>A cron event for one of a script's versions.</summary>
internal sealed record ScheduledCall(string Script, DateTimeOffset ScheduledTime, string Cron, string? Entrypoint);

/// <summary>What became of it; null when nothing is deployed.</summary>
internal sealed record ScheduledAnswer(ScheduledResult? Result);

/// <summary>The cache folder has an entry more, or one less.</summary>
internal sealed record CacheChange(string Entry, bool IsAdded);

/// <summary>How many responses a process has forgotten.</summary>
internal sealed record Purged(int Count);

/// <summary>The scripts whose traces somebody wants now; those of others are not.</summary>
internal sealed record WantedTraces(IReadOnlyList<string> Scripts);

/// <summary>What workers have used since the last time.</summary>
internal sealed record UsageSamples(IReadOnlyCollection<MeterSample> Samples);

/// <summary>An exception on its way to the other side.</summary>
/// <param name="Kind">A name of <see cref="FailureTable"/>; empty for one that it does not know.</param>
/// <param name="Message">What it says.</param>
/// <param name="Error">The Worker's own error, where that is the cause.</param>
/// <param name="Status">The HTTP status of a store's refusal, or which problem it has.</param>
/// <param name="Place">Which of the things that were asked for failed.</param>
/// <param name="Code">Cloudflare's number of it.</param>
/// <param name="Name">Cloudflare's name of it, where that is no number.</param>
internal sealed record Failure(string Kind, string Message, WorkerError? Error = null, int Status = 0, int Place = 0, int Code = 0, string? Name = null);
