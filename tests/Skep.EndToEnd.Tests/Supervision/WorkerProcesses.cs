using System.Globalization;
using System.Text.RegularExpressions;

namespace Skep.EndToEnd.Tests.Supervision;

/// <summary>What a <c>skep serve</c> says about its worker processes, at the log level <c>debug</c>.</summary>
internal static partial class WorkerProcesses
{
    /// <summary>The worker processes that serve, once there have been so many in all.</summary>
    public static async Task<IReadOnlyList<int>> ServingAsync(ServerProcess server, int inAll)
    {
        var served = await server.Printed(ServesLine(), inAll, TestContext.Current.CancellationToken);
        var ended = EndedLine().Matches(server.Output).Select(Id);
        return [.. served.Select(Id).Except(ended)];

        static int Id(Match line) => int.Parse(line.Groups["id"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"worker process (?<id>\d+) serves", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ServesLine();

    [GeneratedRegex(@"worker process (?<id>\d+) (has )?ended", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EndedLine();
}
