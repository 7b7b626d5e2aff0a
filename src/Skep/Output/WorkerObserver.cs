using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.SourceMaps;

namespace Skep.Output;

/// <summary>Prints what workers write to their console and what goes wrong in them.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="sources">Translates stack traces.</param>
/// <param name="minimum">The least severe level that is shown.</param>
/// <param name="named">True when several workers share the output, so that each line says whose it is.</param>
internal sealed class WorkerObserver(Terminal terminal, SourceMapRegistry sources, LogLevel minimum, bool named) : IWorkerObserver
{
    public void Console(WorkerVersion version, in ConsoleMessage message)
    {
        var (level, text) = (message.Level, message.Text);
        if (LogLevels.Of(level) < minimum) return;
        Post(version, isError: level >= ConsoleLevel.Warn, style => Colour(style, level, Translate(version, text, style)));
    }

    public void Uncaught(WorkerVersion version, WorkerError error) =>
        Post(version, isError: true, style => $"{style.Red("✘ uncaught")} {WorkerErrorPrinter.Format(error, sources.Find(version), style)}");

    public void Condemned(WorkerVersion version, WorkerError error) =>
        Post(version, isError: true, style => $"{style.Red("✘ isolate replaced:")} {error.Message}");

    private void Post(WorkerVersion version, bool isError, Func<Style, string> format)
    {
        // Formatted when it is written, not on the isolate's thread.
        if (!terminal.Offer(isError, style => (named ? style.Dim($"[{version.Name}] ") : "") + format(style))) terminal.CountLoss();
    }

    private string Translate(WorkerVersion version, string text, Style style)
    {
        var safe = ControlCharacters.EscapeButColours(text, style);
        return safe.Contains("    at ", StringComparison.Ordinal) && sources.Find(version) is { } mapper ? mapper.Map(safe).Text : safe;
    }

    private static string Colour(Style style, ConsoleLevel level, string text) => level switch
    {
        ConsoleLevel.Error => style.Red(text),
        ConsoleLevel.Warn => style.Yellow(text),
        ConsoleLevel.Debug => style.Dim(text),
        _ => text,
    };
}
