using System.Text.Json.Serialization;

namespace Skep.Abstractions.Queues;

/// <summary>Who gets a queue's messages (https://developers.cloudflare.com/queues/configuration/configure-queues/#consumer-worker-configuration).</summary>
public sealed record QueueConsumer
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The script whose <c>queue</c> handler is called; null for clients that pull over HTTP.</summary>
    public string? Script { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedOn { get; init; }

    /// <summary>Messages of a batch.</summary>
    public int BatchSize { get; init; } = 10;

    /// <summary>How long a batch is waited for to fill, in milliseconds.</summary>
    public int MaxWaitMilliseconds { get; init; } = 5_000;

    /// <summary>How often a message is delivered again.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Batches at the same time; null for as many as the backlog asks for.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>After how many seconds a message is delivered again that says nothing itself.</summary>
    public int RetryDelay { get; init; }

    /// <summary>For how long what was pulled is nobody else's, in milliseconds.</summary>
    public int VisibilityMilliseconds { get; init; } = 30_000;

    /// <summary>The queue that gets what was tried in vain; null: that is deleted.</summary>
    public string? DeadLetterQueue { get; init; }

    /// <summary>Whether clients pull.</summary>
    [JsonIgnore]
    public bool IsPull => Script is null;
}
