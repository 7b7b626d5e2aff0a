namespace Skep.Abstractions.Events;

/// <summary>What a caller decides about the invocation it causes, beside what the version itself may do. The lower limit counts.</summary>
public record InvocationTerms
{
    /// <summary>CPU time that it may use; null: the version's.</summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>Subrequests that it may send; null: the version's.</summary>
    public int? Subrequests { get; init; }

    /// <summary>An object whose properties are added to its <c>env</c>, as structured cloning writes it; empty for none.</summary>
    public ReadOnlyMemory<byte> Environment { get; init; }
}
