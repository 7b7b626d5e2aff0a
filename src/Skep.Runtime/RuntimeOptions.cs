namespace Skep.Runtime;

/// <summary>How the runtime uses the machine.</summary>
public sealed record RuntimeOptions
{
    /// <summary>The startup snapshot's file, made by <see cref="WorkerRuntime.BuildSnapshot"/>.</summary>
    public required string SnapshotPath { get; init; }

    /// <summary>The modules of <c>node:*</c>, made by <c>js/node/build.mjs</c>; the snapshot's name with <c>.nodelib</c> when null. Without
    /// the file workers have none of them.</summary>
    public string? NodeLibraryPath { get; init; }

    /// <summary>Blank isolates kept ready.</summary>
    public int WarmIsolates { get; init; } = 4;

    /// <summary>The most isolates one worker gets; a busy worker gets further ones.</summary>
    public int IsolatesPerWorker { get; init; } = Environment.ProcessorCount;

    /// <summary>Memory that idle isolates may keep together, in bytes; the longest unused go first beyond it.</summary>
    public long IdleMemoryBytes { get; init; } = 4L << 30;

    /// <summary>Isolates idle for so long collect their garbage and give pages back, once.</summary>
    public TimeSpan ReduceAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Durable Objects that were idle for so long end, when nothing of theirs could wake them but new events.</summary>
    public TimeSpan ObjectHibernateAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Durable Objects that were idle for so long, to twice as long, end in any case.</summary>
    public TimeSpan ObjectIdleLifetime { get; init; } = TimeSpan.FromSeconds(70);

    /// <summary>How long an object may go on with its events when its version was replaced.</summary>
    public TimeSpan ObjectCloseGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>When the runtime ends: how long what is under way (<c>waitUntil</c> promises, code whose client has gone) may go on.</summary>
    public TimeSpan DrainGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Idle isolates unused for longer are freed.</summary>
    public TimeSpan IdleLifetime { get; init; } = TimeSpan.FromMinutes(10);
}
