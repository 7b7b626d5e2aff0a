using System.Text.Json;
using Skep.Abstractions.Workflows;

namespace Skep.Storage.Workflows;

/// <content>The Workflows themselves.</content>
public sealed partial class SqliteWorkflowStore : IWorkflowDefinitions
{
    /// <inheritdoc/>
    public ValueTask<WorkflowDefinition> PutAsync(string name, string script, string className, int stepLimit, WorkflowRetention? retention = null)
    {
        WorkflowRetention.Check(retention);
        return new(WriteAsync(() =>
        {
            var known = Definition(name);
            WorkflowDefinition definition = new(name, known?.Id ?? Guid.NewGuid().ToString(), script, className, known?.CreatedOn ?? Now, Now, stepLimit, retention);
            Database.Prepare("INSERT INTO workflow (name, record) VALUES (?, ?) ON CONFLICT DO UPDATE SET record = excluded.record")
                .Bind(1, name).Bind(2, JsonSerializer.Serialize(definition, WorkflowRecords.Default.WorkflowDefinition)).Run();
            return definition;
        }));
    }

    /// <inheritdoc/>
    public ValueTask<WorkflowDefinition?> FindAsync(string name) => new(ReadAsync(() => Definition(name)));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WorkflowDefinition>> ListAsync() => new(ReadAsync<IReadOnlyList<WorkflowDefinition>>(() =>
    {
        var rows = Database.Prepare("SELECT record FROM workflow ORDER BY name");
        List<WorkflowDefinition> all = [];
        while (rows.Step()) all.Add(JsonSerializer.Deserialize(rows.Blob(0), WorkflowRecords.Default.WorkflowDefinition)!);
        rows.Reset();
        return all;
    }));

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(string name) => new(WriteAsync(() =>
    {
        if (Definition(name) is null) return false;
        Database.Prepare("DELETE FROM workflow WHERE name = ?").Bind(1, name).Run();
        return true;
    }));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WorkflowInstance>> ListInstancesAsync(string workflow, WorkflowInstanceFilter filter, int skip, int most) => new(ReadAsync<IReadOnlyList<WorkflowInstance>>(() =>
        [.. InstanceRow.Select(Database, "WHERE workflow = ? AND (?2 < 0 OR status = ?2) AND created BETWEEN ?5 AND ?6 ORDER BY number DESC LIMIT ?4 OFFSET ?3", rows => rows
            .Bind(1, workflow).Bind(2, (int?)filter.Status ?? -1).Bind(3, skip).Bind(4, most)
            .Bind(5, (filter.From ?? DateTimeOffset.MinValue).ToUnixTimeMilliseconds()).Bind(6, (filter.To ?? DateTimeOffset.MaxValue).ToUnixTimeMilliseconds())).Select(row => row.Record)]));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<WorkflowStatus, int>> CountAsync(string workflow) => new(ReadAsync<IReadOnlyDictionary<WorkflowStatus, int>>(() =>
    {
        var rows = Database.Prepare("SELECT status, count(*) FROM instance WHERE workflow = ? GROUP BY status").Bind(1, workflow);
        Dictionary<WorkflowStatus, int> counts = [];
        while (rows.Step()) counts[(WorkflowStatus)rows.Int64(0)] = (int)rows.Int64(1);
        rows.Reset();
        return counts;
    }));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WorkflowStep>> StepsAsync(string workflow, string instance) =>
        new(ReadAsync<IReadOnlyList<WorkflowStep>>(() => StepRows.Of(Database, Row(workflow, instance).Number)));

    private WorkflowDefinition? Definition(string name)
    {
        var row = Database.Prepare("SELECT record FROM workflow WHERE name = ?").Bind(1, name);
        var found = row.Step() ? JsonSerializer.Deserialize(row.Blob(0), WorkflowRecords.Default.WorkflowDefinition) : null;
        row.Reset();
        return found;
    }
}
