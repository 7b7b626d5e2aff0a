using Skep.Abstractions.Events;

namespace Skep.Output;

/// <summary>How much is printed: <c>--log-level</c>.</summary>
internal enum LogLevel
{
    Debug,
    Info,
    Warn,
    Error,
    None,
}

/// <summary>Levels by name and by console method.</summary>
internal static class LogLevels
{
    /// <summary>The names that the command line takes; <c>log</c> is another word for <c>info</c>, as in wrangler.</summary>
    public static readonly IReadOnlyDictionary<string, LogLevel> ByName = new Dictionary<string, LogLevel>
    {
        ["debug"] = LogLevel.Debug,
        ["info"] = LogLevel.Info,
        ["log"] = LogLevel.Info,
        ["warn"] = LogLevel.Warn,
        ["error"] = LogLevel.Error,
        ["none"] = LogLevel.None,
    };

    public static LogLevel Of(ConsoleLevel level) => level switch
    {
        ConsoleLevel.Debug => LogLevel.Debug,
        ConsoleLevel.Warn => LogLevel.Warn,
        ConsoleLevel.Error => LogLevel.Error,
        _ => LogLevel.Info,
    };
}
