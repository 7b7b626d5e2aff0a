namespace Skep.Abstractions.Queues;

/// <summary>A queue, without its messages.</summary>
public sealed record QueueDefinition
{
    /// <summary>How long messages are kept unless it is said otherwise: four days, in seconds.</summary>
    public const int UsualRetentionSeconds = 345_600;

    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>What people and bindings call it; unique.</summary>
    public required string Name { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedOn { get; init; }

    /// <summary>When it was changed last.</summary>
    public required DateTimeOffset ModifiedOn { get; init; }

    /// <summary>How long messages are delayed that say nothing themselves, in seconds.</summary>
    public int DeliveryDelay { get; init; }

    /// <summary>How long messages are kept, in seconds.</summary>
    public int RetentionSeconds { get; init; } = UsualRetentionSeconds;

    /// <summary>Nobody is given messages.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Who gets the messages; null while nobody does.</summary>
    public QueueConsumer? Consumer { get; init; }
}
