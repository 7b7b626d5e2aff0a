namespace Skep.Abstractions.Events;

/// <summary>One <c>console</c> call.</summary>
/// <param name="Level">Which method family it came from.</param>
/// <param name="Text">The formatted message; may have several lines.</param>
public readonly record struct ConsoleMessage(ConsoleLevel Level, string Text);

/// <summary>The severity of a <see cref="ConsoleMessage"/>; the numbers are those of the console op.</summary>
public enum ConsoleLevel
{
    /// <summary>console.debug</summary>
    Debug,

    /// <summary>console.log</summary>
    Log,

    /// <summary>console.info</summary>
    Info,

    /// <summary>console.warn</summary>
    Warn,

    /// <summary>console.error</summary>
    Error,
}
