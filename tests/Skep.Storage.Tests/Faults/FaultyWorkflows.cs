using System.Text;
using Skep.Abstractions.Workflows;
using Skep.Storage.Workflows;

namespace Skep.Storage.Tests.Faults;

/// <summary>Workflows: a text is what an instance begins with. All are in one file.</summary>
internal sealed class FaultyWorkflows : FaultyService
{
    private readonly SqliteWorkflowStore _store;

    public FaultyWorkflows(string folder)
        : base(folder)
    {
        Directory.CreateDirectory(folder);
        _store = new SqliteWorkflowStore(FileOf(""), TimeProvider.System, Failures.Enqueue);
    }

    public override Type Refusal => typeof(WorkflowException);

    public override async Task MakeAsync(string thing) => await _store.PutAsync(thing, "script", "Class", 100);

    public override async Task WriteAsync(string thing, string key, int length) =>
        await _store.CreateAsync(thing, [new NewWorkflowInstance(key, new WorkflowValue(Encoding.UTF8.GetBytes(Text(key, length)), null))], "test");

    public override async Task<bool> HasAsync(string thing, string key, int length) =>
        (await _store.GetAsync(thing, key)).Params.Serialized is { } found && Encoding.UTF8.GetString(found) == Text(key, length);

    public override string FileOf(string thing) => Path.Combine(Folder, "workflows.db");

    public override ValueTask DisposeAsync()
    {
        _store.Dispose();
        return default;
    }
}
