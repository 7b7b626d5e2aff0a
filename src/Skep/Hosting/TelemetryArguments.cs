using System.Globalization;
using Skep.CommandLine;

namespace Skep.Hosting;

/// <summary><c>--otlp</c>, <c>--otlp-sample</c> and <c>--trace-context</c>.</summary>
internal static class TelemetryArguments
{
    // The standard's own variable: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly Dictionary<string, (bool Accept, bool Propagate)> _contexts = new()
    {
        ["none"] = (false, false),
        ["accept"] = (true, false),
        ["propagate"] = (false, true),
        ["both"] = (true, true),
    };

    /// <summary>What to export; null for nothing.</summary>
    public static Telemetry.Options? Read(ParsedArguments arguments)
    {
        var given = arguments.Value("otlp-sample") ?? "1";
        if (!double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) || share is not (>= 0 and <= 1))
            throw new UsageException($"--otlp-sample must be a number from 0 to 1, but is \"{given}\".");
        var endpoint = arguments.Value("otlp") ?? Environment.GetEnvironmentVariable(EndpointVariable);
        if (string.IsNullOrEmpty(endpoint)) return null;
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https")
            ? new Telemetry.Options(address, share)
            : throw new UsageException($"--otlp: \"{endpoint}\" is no address of a collector: write it as http://127.0.0.1:4318.");
    }

    /// <summary>Whose traces are believed, and who is told ours.</summary>
    public static (bool Accept, bool Propagate) Context(ParsedArguments arguments) => arguments.OneOf("trace-context", _contexts, (false, false));
}
