using System.Text;
using System.Text.Json.Nodes;
using Skep.Abstractions.D1;
using Skep.Storage.D1;

namespace Skep.Storage.Tests.Faults;

/// <summary>D1 databases, whose logs become history soon.</summary>
internal sealed class FaultyD1 : FaultyService
{
    private readonly SqliteD1Store _store;

    public FaultyD1(string folder)
        : base(folder) => _store = new SqliteD1Store(new D1StoreOptions(folder) { OnFailure = Failures.Enqueue, LogPages = 20 }, TimeProvider.System);

    public override Type Refusal => typeof(D1Exception);

    public override async Task MakeAsync(string thing)
    {
        await _store.CreateDatabaseAsync(thing);
        await RunAsync(thing, "CREATE TABLE text (key TEXT PRIMARY KEY, value TEXT)");
    }

    public override Task WriteAsync(string thing, string key, int length) => RunAsync(thing, "INSERT INTO text VALUES (?, ?)", key, Text(key, length));

    public override async Task<bool> HasAsync(string thing, string key, int length) =>
        (await RunAsync(thing, "SELECT value FROM text WHERE key = ?", key)).AsArray() is [{ } row] && row[0]!.GetValue<string>() == Text(key, length);

    public override string FileOf(string thing) => Path.Combine(Folder, thing, "data.db");

    public override ValueTask DisposeAsync() => _store.DisposeAsync();

    private async Task<JsonNode> RunAsync(string thing, string sql, params string[] parameters)
    {
        using D1QueryWriter writer = new(D1Shape.Raw);
        writer.Query(sql, parameters.Length);
        foreach (var parameter in parameters) writer.Text(parameter);
        using var answer = await _store.QueryAsync(thing, writer.Written, Cancellation);
        return JsonNode.Parse(Encoding.UTF8.GetString(answer.Json.Span))!;
    }
}
