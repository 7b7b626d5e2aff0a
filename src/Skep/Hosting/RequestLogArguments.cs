using System.Globalization;
using Skep.CommandLine;
using Skep.Edge.Observability;
using Skep.Output;

namespace Skep.Hosting;

/// <summary><c>--request-log</c> and <c>--request-log-sample</c>.</summary>
internal static class RequestLogArguments
{
    private const string StandardOutput = "-";

    /// <summary>The log that was asked for; null for none.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static JsonRequestLog? Open(ParsedArguments arguments, Terminal terminal) => OpenOutput(arguments) is { } output ? To(output, arguments, terminal) : null;

    /// <summary>What its lines are written to; null when no log was asked for.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Stream? OpenOutput(ParsedArguments arguments) => arguments.Value("request-log") switch
    {
        null => null,
        StandardOutput => Console.OpenStandardOutput(),
        var file => new FileStream(file, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous }),
    };

    /// <summary>A log that writes there.</summary>
    public static JsonRequestLog To(Stream output, ParsedArguments arguments, Terminal terminal)
    {
        var given = arguments.Value("request-log-sample") ?? "1";
        if (!double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) || share is not (>= 0 and <= 1))
            throw new UsageException($"--request-log-sample must be a number from 0 to 1, but is \"{given}\".");
        return new JsonRequestLog(output, share, TimeProvider.System, failure => terminal.Offer(isError: true, style => $"{style.Red("✘ The request log ends:")} {failure.Message}"));
    }
}
