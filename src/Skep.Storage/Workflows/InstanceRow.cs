using System.Text.Json;
using Skep.Abstractions.Workflows;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Workflows;

/// <summary>An instance as it is stored.</summary>
/// <param name="Number">The row.</param>
/// <param name="Run">The last run's number.</param>
/// <param name="Losses">Runs in a row that were lost.</param>
/// <param name="Bytes">What its steps take.</param>
/// <param name="Record">The instance.</param>
internal sealed record InstanceRow(long Number, long Run, int Losses, long Bytes, WorkflowInstance Record)
{
    private const string Columns = "number, run, losses, bytes, record";

    public static InstanceRow? Find(SqliteDatabase database, string workflow, string id)
    {
        var found = database.Prepare($"SELECT {Columns} FROM instance WHERE workflow = ? AND id = ?").Bind(1, workflow).Bind(2, id);
        var row = found.Step() ? Read(found) : null;
        found.Reset();
        return row;
    }

    /// <summary>Those that a condition holds for.</summary>
    public static List<InstanceRow> Select(SqliteDatabase database, string rest, Action<SqliteStatement> bind)
    {
        var statement = database.Prepare($"SELECT {Columns} FROM instance {rest}");
        bind(statement);
        List<InstanceRow> rows = [];
        while (statement.Step()) rows.Add(Read(statement));
        statement.Reset();
        return rows;
    }

    /// <summary>Stores the instance as it is now.</summary>
    /// <param name="database">The file, in a transaction.</param>
    /// <param name="due">When it is to be run; null: not by itself.</param>
    public void Save(SqliteDatabase database, DateTimeOffset? due)
    {
        var update = database.Prepare("UPDATE instance SET status = ?1, due = ?2, ended = ?3, run = ?4, losses = ?5, record = ?6, expires = ?8 WHERE number = ?7");
        update.Bind(1, (int)Record.Status).Bind(4, Run).Bind(5, Losses).Bind(6, JsonSerializer.Serialize(Record, WorkflowRecords.Default.WorkflowInstance)).Bind(7, Number);
        if (due is { } at) update.Bind(2, at.ToUnixTimeMilliseconds());
        if (Record.EndedOn is { } ended) update.Bind(3, ended.ToUnixTimeMilliseconds()).Bind(8, (ended + WorkflowRetention.After(Record.Retention, Record.Status)).ToUnixTimeMilliseconds());
        update.Run();
    }

    private static InstanceRow Read(SqliteStatement row) => new(
        row.Int64(0), row.Int64(1), (int)row.Int64(2), row.Int64(3), JsonSerializer.Deserialize(row.Blob(4), WorkflowRecords.Default.WorkflowInstance)!);
}
