namespace Skep.Diagnosis;

/// <summary>What a check has found.</summary>
/// <param name="Grade">How bad it is.</param>
/// <param name="What">The fact.</param>
/// <param name="Remedy">What to do, when something should be done.</param>
internal sealed record Finding(Grade Grade, string What, string? Remedy = null)
{
    public static Finding Ok(string what) => new(Grade.Ok, what);

    public static Finding Warn(string what, string remedy) => new(Grade.Warn, what, remedy);

    public static Finding Fail(string what, string remedy) => new(Grade.Fail, what, remedy);
}

/// <summary>How bad it is.</summary>
internal enum Grade
{
    Ok,

    /// <summary>It works, but not as well, or not for long.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}
