using System.Text.Json;
using Skep.Abstractions.D1;
using Skep.CommandLine;
using Skep.Output;
using Skep.Supervision.Messages;

namespace Skep.LocalData;

/// <summary><c>skep d1 migrations</c>.</summary>
internal static class D1MigrationCommands
{
    private const string Waiting = "🕒️";
    private const string Applied = "✅";
    private const string Failed = "❌";

    public static readonly IReadOnlyList<DataCommand> All =
    [
        new(new("d1 migrations list", "database", "Show the migrations that were not applied yet", [.. DataCommand.CommonOptions]), StateService.D1, ListAsync),
        new(
            new("d1 migrations apply", "database", "Apply them, each as a whole or not at all", [new("yes", null, "Nothing is asked here", 'y'), .. DataCommand.CommonOptions]),
            StateService.D1,
            ApplyAsync),
        new(new("d1 migrations create", "database", "Make a file for a new one", [.. DataCommand.CommonOptions]) { FurtherArguments = ["message"] }, StateService.D1, CreateAsync),
    ];

    private static async Task ListAsync(DataCall call)
    {
        LocalDatabase database = new(call, call.Required(0));
        var waiting = await WaitingAsync(database, new MigrationFiles(call.Stored, database.Configured).List());
        if (waiting.Count == 0)
        {
            await call.SayAsync("✅ No migrations to apply!");
            return;
        }

        await call.SayAsync("Migrations to be applied:");
        await call.SayAsync(TextTable.Format(["Name"], [.. waiting.Select(name => (string[])[name])]));
    }

    private static async Task ApplyAsync(DataCall call)
    {
        LocalDatabase database = new(call, call.Required(0));
        MigrationFiles files = new(call.Stored, database.Configured);
        var waiting = await WaitingAsync(database, files.List());
        if (waiting.Count == 0)
        {
            await call.SayAsync("✅ No migrations to apply!");
            return;
        }

        await call.SayAsync("Migrations to be applied:");
        await call.SayAsync(TextTable.Format(["name"], [.. waiting.Select(name => (string[])[name])]));
        for (var i = 0; i < waiting.Count; i++)
        {
            var name = waiting[i];
            var sql = await File.ReadAllTextAsync(Path.Combine(files.Path, name), call.Stop);
            try
            {
                // In the same transaction: what is applied is noted, and what is noted is applied.
                using var answer = await database.QueryAsync($"{sql}\nINSERT INTO {Identifier(database.Configured.MigrationsTable)} (name) VALUES ('{name.Replace("'", "''", StringComparison.Ordinal)}');");
            }
            catch (D1Exception failure)
            {
                await call.SayAsync(Progress(i, Failed));
                throw new InvalidOperationException($"Migration {name} failed with the following errors:\n  {failure.Message}\nNothing of it was applied. Correct the file, and apply it again.", failure);
            }

            await call.SayAsync(Progress(i, Applied));
        }

        string Progress(int at, string status) =>
            TextTable.Format(["name", "status"], [.. waiting.Select((name, place) => (string[])[name, place < at ? Applied : place == at ? status : Waiting])]);
    }

    private static async Task CreateAsync(DataCall call)
    {
        LocalDatabase database = new(call, call.Required(0));
        var path = new MigrationFiles(call.Stored, database.Configured).Create(call.Required(1), TimeProvider.System.GetUtcNow());
        await call.SayAsync($"✅ Successfully created Migration '{Path.GetFileName(path)}'!\n\nThe migration is available for editing here\n{path}");
    }

    private static async Task<IReadOnlyList<string>> WaitingAsync(LocalDatabase database, IReadOnlyList<string> files)
    {
        var table = Identifier(database.Configured.MigrationsTable);
        using var answer = await database.QueryAsync(
            $"CREATE TABLE IF NOT EXISTS {table}(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL); SELECT name FROM {table} ORDER BY id");
        using var results = JsonDocument.Parse(answer.Json);
        HashSet<string?> applied = [.. results.RootElement[1].GetProperty("results").EnumerateArray().Select(row => row.GetProperty("name").GetString())];
        return [.. files.Where(file => !applied.Contains(file))];
    }

    private static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
