namespace Skep.Abstractions.Workers;

/// <summary>What one worker may use. The defaults are Cloudflare's paid plan
/// (https://developers.cloudflare.com/workers/platform/limits/).</summary>
public sealed record WorkerLimits
{
    /// <summary>The defaults.</summary>
    public static WorkerLimits Default { get; } = new();

    /// <summary>JavaScript heap, WebAssembly memory and ArrayBuffers of one isolate together, in bytes.</summary>
    public long MemoryBytes { get; init; } = 128L << 20;

    /// <summary>CPU time of one invocation.</summary>
    public TimeSpan CpuTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>CPU time of a cron trigger that comes an hour after the one before, or later.</summary>
    public TimeSpan HourlyCpuTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a handler may run that no client waits for: of a cron trigger, of a queue.</summary>
    public TimeSpan EventWallTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>CPU time of the global scope.</summary>
    public TimeSpan StartupCpuTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Subrequests of one invocation; each redirect hop counts.</summary>
    public int Subrequests { get; init; } = 10_000;

    /// <summary>Operations of one invocation on the platform's own services (KV…); a bulk operation is one. Each is a subrequest too.</summary>
    public int ServiceOperations { get; init; } = 1_000;

    /// <summary>Outgoing connections of one invocation that wait for response headers at the same time; more queue.</summary>
    public int SimultaneousConnections { get; init; } = 6;

    /// <summary>The same with another CPU time of an invocation, as <c>limits.cpu_ms</c> says it: of whatever event.</summary>
    public WorkerLimits WithCpuTime(TimeSpan time) => this with { CpuTime = time, HourlyCpuTime = time };

    /// <summary>How long <c>waitUntil</c> promises may run after the response ended or the client left.</summary>
    public TimeSpan WaitUntil { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Total source size of a version in bytes, uncompressed.</summary>
    public long ScriptBytes { get; init; } = 64L << 20;

    /// <summary>Console output kept of one invocation, in bytes of UTF-16 text; the rest is dropped with one notice.</summary>
    public int LogBytes { get; init; } = 256 << 10;
}
