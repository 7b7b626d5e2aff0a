namespace Skep.Abstractions.Errors;

/// <summary>Tells of what fails again and again when it begins to, or fails in another way; not each time.</summary>
/// <param name="tell">Hears of it.</param>
public sealed class LastingFailure(Action<Exception> tell)
{
    private string? _told;

    /// <summary>It has failed.</summary>
    public void Met(Exception failure)
    {
        if (Interlocked.Exchange(ref _told, failure.Message) != failure.Message) tell(failure);
    }

    /// <summary>It has not: the next failure is another.</summary>
    public void Ended() => Volatile.Write(ref _told, null);
}
