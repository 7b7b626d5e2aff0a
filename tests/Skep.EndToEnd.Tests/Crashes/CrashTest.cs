using System.Collections.Concurrent;
using System.Globalization;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Crashes;

/// <summary>A server whose processes are killed again and again while clients use one service: what was acknowledged must be there
/// afterwards, and whole.</summary>
public abstract class CrashTest : IDisposable
{
    /// <summary>The Worker's name.</summary>
    private protected const string Script = "crash";

    // What a lost process is to the Worker, its caller learns.
    private const string Refusable =
        """
        const refusable = (handler) => async (...given) => {
          try {
            return await handler(...given);
          } catch (error) {
            return new Response(error.message, { status: 503 });
          }
        };

        """;

    private const int KillsOfLife = 2;
    private const int LivesBetweenChecks = 10;

    // What a Worker or its caller is told when a process is lost that had to do with it.
    private static readonly string[] _losses =
    [
        "Network connection lost.",
        "The process that hosts the Durable Object cannot be reached.",
        "The Durable Object's alarm could not be set; the server's log says why.",
        // Its worker process had not loaded the Worker yet.
        "error code: 1104",
    ];

    private readonly TemporaryProject _data = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly ConcurrentDictionary<string, int> _refused = new();

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The data folder of the server.</summary>
    private protected string Folder => Path.Combine(_data.Folder, "data");

    /// <summary>The Worker's module; what a function gives to <c>refusable</c> may throw.</summary>
    private protected abstract string Code { get; }

    /// <summary>Who writes at the same time.</summary>
    private protected virtual int Clients => 4;

    /// <summary>How much is acknowledged at least between two kills.</summary>
    private protected virtual int WritesBetweenKills => 40;

    // A hundred, as were done for docs/reliability.md, take minutes.
    private static int Lives => int.Parse(Environment.GetEnvironmentVariable("SKEP_CRASHES") ?? "4", CultureInfo.InvariantCulture) / KillsOfLife;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_and_whole_after_kills()
    {
        string? token = null;
        for (var life = 0; life < Lives; life++)
        {
            await using var server = await SupervisedServer.StartAsync(Folder, token);
            using CrashClient client = new(server, Script, _refused);
            if (token is null) await DeployAsync(server);
            else if (life % LivesBetweenChecks == 0) await CheckAsync(client, [.. _acknowledged]);
            token = server.Token;
            await LiveAsync(server, client, life);
        }

        await using (var last = await SupervisedServer.StartAsync(Folder, token))
        {
            using CrashClient client = new(last, Script, _refused);
            await CheckAsync(client, [.. _acknowledged]);
        }

        CheckAtRest();
        Assert.True(_acknowledged.Count >= Lives * KillsOfLife * WritesBetweenKills);
        // Where a process was lost, callers learn that and nothing else.
        Assert.True(_refused.Keys.All(IsLoss), string.Join('\n', _refused.Keys));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{GetType().Name}: {Lives * KillsOfLife} kills, {_acknowledged.Count} acknowledged, {_refused.Values.Sum()} refused ({string.Join("; ", _refused.Keys)})");
    }

    /// <summary>Makes what the Worker needs, and uploads it.</summary>
    private protected abstract Task DeployAsync(SupervisedServer server);

    /// <summary>Writes once; returns what was acknowledged.</summary>
    /// <param name="client">Asks the Worker.</param>
    /// <param name="number">Which of those who write at the same time it is.</param>
    /// <param name="name">What no other write is called.</param>
    private protected virtual async Task<IReadOnlyList<string>> WriteAsync(CrashClient client, int number, string name) =>
        await client.TryAsync(HttpMethod.Put, $"/{name}") ? [name] : [];

    /// <summary>Fails when something of what was acknowledged is missing, or anything is damaged.</summary>
    private protected abstract Task CheckAsync(CrashClient client, IReadOnlyList<string> acknowledged);

    /// <summary>Looks at the folder when no server has it any more.</summary>
    private protected virtual void CheckAtRest()
    {
    }

    /// <summary>Makes what the Worker is bound to known, and has it answer.</summary>
    private protected async Task UploadAsync(SupervisedServer server, string bindings, string settings = "")
    {
        using var deployed = await server.UploadAsync(Script, Refusable + Code, bindings, settings);
        Assert.True(deployed.IsSuccessStatusCode, await deployed.Content.ReadAsStringAsync(Cancellation));
        await server.EnableAsync(Script);
    }

    /// <summary>Removes what is kept for the test.</summary>
    protected virtual void Dispose(bool disposing) => _data.Dispose();

    private static bool IsLoss(string text) => _losses.Any(loss => text.Contains(loss, StringComparison.Ordinal));

    // First a worker process is killed, which its supervisor survives; then all processes at once, as a power cut would, or the supervisor alone,
    // whose worker processes end by themselves.
    private async Task LiveAsync(SupervisedServer server, CrashClient client, int life)
    {
        using CancellationTokenSource over = new();
        var writing = Enumerable.Range(0, Clients).Select(number => WriteUntilAsync(client, number, $"{life}-{number}", over.Token)).ToArray();
        await ProgressAsync(writing);
        var serving = await server.ServingAsync(2);
        ServerProcess.Signal(serving[life % serving.Count], SupervisedServer.SigKill);
        await server.ServingAsync(3);
        await ProgressAsync(writing);
        if (life % 2 == 0) server.Process.Crash();
        else await server.Process.CrashAlone(Cancellation);
        await over.CancelAsync();
        await Task.WhenAll(writing);
    }

    private async Task ProgressAsync(Task[] writing)
    {
        var until = _acknowledged.Count + WritesBetweenKills;
        while (_acknowledged.Count < until)
        {
            if (await Task.WhenAny([.. writing, Task.Delay(5, Cancellation)]) is { IsFaulted: true } failed) await failed;
        }
    }

    private async Task WriteUntilAsync(CrashClient client, int number, string life, CancellationToken over)
    {
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            try
            {
                foreach (var each in await WriteAsync(client, number, $"{life}-{i}")) _acknowledged.Enqueue(each);
            }
            catch (HttpRequestException)
            {
                // The process was killed that had it: nobody knows.
                await Task.Yield();
            }
        }
    }
}
