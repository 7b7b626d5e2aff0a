using Skep.CommandLine;
using Skep.Edge.Geography;
using Skep.Edge.Origins;
using Skep.Output;

namespace Skep.Hosting;

/// <summary><c>--geo</c>, <c>--colo</c> and <c>--origin</c>: what the edge knows of clients and of the servers behind zones.</summary>
internal static class EdgeArguments
{
    private const int LongestColo = 16;

    public static EdgeSettings Read(ParsedArguments arguments, Terminal terminal)
    {
        var databases = arguments.Values("geo");
        var colo = arguments.Value("colo");
        if (colo is not null && (colo.Length is 0 or > LongestColo || !colo.All(char.IsAsciiLetterOrDigit)))
            throw new UsageException($"--colo must be up to {LongestColo} letters and digits, such as LIS, but is \"{colo}\".");
        return new EdgeSettings(
            databases.Count == 0 ? null : Open(databases, terminal),
            colo,
            new ZoneOrigins(arguments.Values("origin").Select(text => ZoneOrigin.TryParse(text, out var origin, out var problem) ? origin : throw new UsageException($"--origin: {problem}"))));
    }

    private static MmdbLocator Open(IReadOnlyList<string> databases, Terminal terminal)
    {
        try
        {
            return MmdbLocator.Open(databases.Select(Path.GetFullPath), new TerminalLogging(terminal));
        }
        catch (Exception unusable) when (unusable is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--geo: {unusable.Message}");
        }
    }
}
