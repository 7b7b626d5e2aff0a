using Microsoft.Extensions.Logging;

namespace Skep.Output;

/// <summary>Prints what the web server reports as errors: they are defects of ours, which nobody else would see.</summary>
internal sealed class TerminalLogging(Terminal terminal) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is one output.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => logLevel >= Microsoft.Extensions.Logging.LogLevel.Error;

    public void Log<TState>(
        Microsoft.Extensions.Logging.LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var message = formatter(state, exception);
        var queued = terminal.Offer(isError: true, style => $"{style.Red("✘ server error:")} {message}{(exception is null ? "" : $"\n{exception}")}");
        if (!queued) terminal.CountLoss();
    }

    public void Dispose()
    {
    }
}
