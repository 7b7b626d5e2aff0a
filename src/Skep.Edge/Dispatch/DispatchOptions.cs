using Skep.Abstractions.Errors;
using Skep.Abstractions.Geography;
using Skep.Abstractions.Workers;
using Skep.Edge.Observability;

namespace Skep.Edge.Dispatch;

/// <summary>How requests are handed to workers and how failures are shown.</summary>
public sealed record DispatchOptions
{
    /// <summary>Shows the author's error (message, stack) instead of Cloudflare's bare number. For local development only:
    /// it reveals code.</summary>
    public bool Development { get; init; }

    /// <summary>Answers <c>/cdn-cgi/handler/scheduled?cron=…&amp;time=…</c> by running the worker's <c>scheduled</c> handler, as
    /// <c>wrangler dev</c> does. Anyone who reaches the port can trigger it.</summary>
    public bool TriggerEndpoints { get; init; }

    /// <summary>The text shown for a worker's stack in development, e.g. mapped through the source map of the version that failed.
    /// The default shows it as V8 wrote it.</summary>
    public Func<WorkerVersion?, WorkerError, string> StackMapper { get; init; } = static (_, error) => error.ToString();

    /// <summary>Hears of every request; null costs nothing.</summary>
    public IRequestLog? Log { get; init; }

    /// <summary>Takes the trace that a client names in <c>traceparent</c> as the one that its request belongs to. For clients that
    /// may be believed: anybody can name one.</summary>
    public bool AcceptTraceContext { get; init; }

    /// <summary><c>request.cf.colo</c> and the suffix of Ray IDs: the airport code of the data centre, here a name for this node.</summary>
    public string Colo { get; init; } = "SKP";

    /// <summary>Where clients are, for <c>request.cf</c>; null when nothing is known.</summary>
    public IClientLocator? Geography { get; init; }

    /// <summary>The largest request body in bytes, null for none; over it the client gets 413.</summary>
    public long? MaxRequestBodyBytes { get; init; } = 100_000_000;

    /// <summary>The longest URL in characters; over it the client gets 414.</summary>
    public int MaxUrlLength { get; init; } = 16 << 10;
}
