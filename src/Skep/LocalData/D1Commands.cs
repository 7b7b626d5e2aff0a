using System.Globalization;
using System.Text.Json;
using Skep.Abstractions.D1;
using Skep.CommandLine;
using Skep.Supervision.Messages;

namespace Skep.LocalData;

/// <summary><c>skep d1 execute</c> and <c>skep d1 export</c>.</summary>
internal static class D1Commands
{
    // Up to here a file's results are printed, which takes all of it in memory. Larger ones are read as they are run.
    private const long LongestWithResults = 1 << 20;

    private static readonly byte[] _databaseHead = [.. "SQLite format 3\0"u8];

    public static readonly IReadOnlyList<DataCommand> All =
    [
        new(
            new(
                "d1 execute",
                "database",
                "Run SQL",
                [
                    new("command", "SQL", "The SQL: one statement, or several with ; between them"),
                    new("file", "FILE", "A file of SQL, instead"),
                    new("json", null, "Print nothing but the results, as JSON"),
                    new("yes", null, "Nothing is asked here", 'y'),
                    .. DataCommand.CommonOptions,
                ]),
            StateService.D1,
            ExecuteAsync),
        new(
            new(
                "d1 export",
                "database",
                "Write a database as a file of SQL",
                [
                    new("output", "FILE", "The file"),
                    new("table", "NAME", "Only this table; repeatable"),
                    new("no-schema", null, "Leave out how tables are made"),
                    new("no-data", null, "Leave out their rows"),
                    new("skip-confirmation", null, "Nothing is asked here", 'y'),
                    .. DataCommand.CommonOptions,
                ]),
            StateService.D1,
            ExportAsync),
    ];

    private static async Task ExecuteAsync(DataCall call)
    {
        var database = new LocalDatabase(call, call.Required(0));
        var (sql, file) = (call.Arguments.Value("command"), call.Arguments.Value("file"));
        if (sql is not null && file is not null) throw new UsageException("Error: can't provide both --command and --file.");
        if (sql is null && file is null)
            throw new UsageException("Missing required option --command or --file. Provide a SQL command inline with --command=\"<SQL>\", or a path to a SQL file with --file=<path>.");
        if (file is not null) await CheckAsync(file, call.Stop);
        var isForPrograms = call.Arguments.Has("json");
        if (!isForPrograms) await call.SayAsync($"🌀 Executing on local database {database.Given} ({database.Id}) from {database.Shown}:");

        if (file is not null && new FileInfo(file).Length > LongestWithResults)
        {
            await using var content = File.OpenRead(file);
            var imported = await database.ImportAsync(content);
            if (!isForPrograms)
                await call.SayAsync(string.Create(CultureInfo.InvariantCulture, $"🚣 Executed {imported.Queries} queries in {imported.Duration.TotalMilliseconds:F2}ms ({imported.RowsRead} rows read, {imported.RowsWritten} rows written)\n   Database is currently at bookmark {imported.Bookmark}."));
            await D1Results.PrintAsync(call, D1Results.Of(imported), isForPrograms);
            return;
        }

        using var answer = await database.QueryAsync(sql ?? await File.ReadAllTextAsync(file!, call.Stop));
        using var results = JsonDocument.Parse(answer.Json);
        var count = results.RootElement.GetArrayLength();
        if (!isForPrograms) await call.SayAsync($"🚣 {count} command{(count == 1 ? "" : "s")} executed successfully.");
        await D1Results.PrintAsync(call, results.RootElement, isForPrograms);
    }

    private static async Task ExportAsync(DataCall call)
    {
        var database = new LocalDatabase(call, call.Required(0));
        var output = Path.GetFullPath(call.Arguments.Value("output") ?? throw new UsageException("--output FILE is missing: where the SQL is to be written."));
        if (Directory.Exists(output)) throw new UsageException("Please specify a file path for --output, not a directory.");
        D1ExportOptions options = new(call.Arguments.Has("no-schema"), call.Arguments.Has("no-data"), call.Arguments.Values("table"));
        if (options is { NoSchema: true, NoData: true }) throw new UsageException("Cannot use --no-schema and --no-data together. At least one of schema or data must be included in the export. Remove one of the flags.");
        await call.SayAsync($"🌀 Executing on local database {database.Given} ({database.Id}) from {database.Shown}:");
        await call.SayAsync($"🌀 Exporting SQL to {call.Arguments.Value("output")}...");

        var state = await call.OpenAsync();
        await OutputFile.WriteAsync(output, sql => state.D1Files.ExportAsync(database.Id, options, sql).AsTask());
        await call.SayAsync("Done!");
    }

    private static async Task CheckAsync(string file, CancellationToken cancellation)
    {
        if (!File.Exists(file)) throw new UsageException($"--file: there is no file {file}.");
        var head = new byte[_databaseHead.Length];
        await using var content = File.OpenRead(file);
        var length = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
        if (head.AsSpan(0, length).SequenceEqual(_databaseHead))
            throw new UsageException($"--file: {file} is a SQLite database, not a file of SQL. Write one with `sqlite3 {file} .dump > dump.sql`, and take that.");
    }
}
