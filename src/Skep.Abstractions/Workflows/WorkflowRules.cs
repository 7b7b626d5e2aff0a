using System.Buffers;

namespace Skep.Abstractions.Workflows;

/// <summary>Limits (https://developers.cloudflare.com/workflows/reference/limits/).</summary>
public static class WorkflowRules
{
    /// <summary>Steps of an instance, when the configuration says nothing.</summary>
    public const int DefaultSteps = 10_000;

    /// <summary>Steps that a configuration may ask for.</summary>
    public const int MostSteps = 25_000;

    /// <summary>Bytes of parameters, of an event's payload, and of what a step or an instance returns.</summary>
    public const int MaxValueBytes = 1 << 20;

    /// <summary>Bytes of everything that an instance keeps.</summary>
    public const long MaxInstanceBytes = 1L << 30;

    /// <summary>Instances made or removed by one call.</summary>
    public const int MaxBatch = 100;

    /// <summary>How long instances that have ended are kept.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    private const string WordCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    private static readonly SearchValues<char> _word = SearchValues.Create(WordCharacters);
    private static readonly SearchValues<char> _dotted = SearchValues.Create(WordCharacters + ".");

    /// <summary>Whether an instance may have this id.</summary>
    public static bool IsInstanceId(string id) => IsWord(id, 100, _word);

    /// <summary>Whether a Workflow may have this name.</summary>
    public static bool IsName(string name) => IsWord(name, 64, _word);

    /// <summary>Whether events may be of this type.</summary>
    public static bool IsEventType(string type) => IsWord(type, 100, _dotted);

    /// <exception cref="WorkflowException">It is too long.</exception>
    public static void CheckValue(WorkflowValue value, string what)
    {
        if (value.Length > MaxValueBytes)
            throw new WorkflowException(WorkflowProblem.TooLarge, $"{what} has {value.Length} bytes; {MaxValueBytes} are allowed. Keep what is long in R2 or KV, and pass its key.");
    }

    // A name begins with neither of the last two.
    private static bool IsWord(string text, int most, SearchValues<char> allowed) =>
        text.Length > 0 && text.Length <= most && text[0] is not ('-' or '.') && !text.AsSpan().ContainsAnyExcept(allowed);
}
