using Skep.Abstractions.Workflows;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>The supervisor's Workflows. What has returned is stored there.</summary>
internal sealed class LinkWorkflows(LinkConnection link) : IWorkflowStore, IWorkflowJournal
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string?>> CreateAsync(string workflow, IReadOnlyList<NewWorkflowInstance> instances, string trigger) =>
        (await link.AskAsync<WorkflowCreation, WorkflowCreated>(LinkMethod.WorkflowCreate, new WorkflowCreation(workflow, instances, trigger))).Ids;

    /// <inheritdoc/>
    public async ValueTask<WorkflowInstance> GetAsync(string workflow, string id) =>
        await link.AskAsync<WorkflowKey, WorkflowInstance>(LinkMethod.WorkflowGet, new WorkflowKey(workflow, id));

    /// <inheritdoc/>
    public async ValueTask ChangeAsync(string workflow, string id, WorkflowChange change, WorkflowChangeOptions? options = null) =>
        await link.TellAsync(LinkMethod.WorkflowChange, new WorkflowTurn(workflow, id, change, options));

    /// <inheritdoc/>
    public async ValueTask SendEventAsync(string workflow, string id, string type, WorkflowValue payload) =>
        await link.TellAsync(LinkMethod.WorkflowSignal, new WorkflowSignal(workflow, id, type, payload));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<bool>> DeleteAsync(string workflow, IReadOnlyList<string> ids) =>
        (await link.AskAsync<WorkflowRemoval, WorkflowRemoved>(LinkMethod.WorkflowDelete, new WorkflowRemoval(workflow, ids))).Found;

    /// <inheritdoc/>
    public async ValueTask<bool> RecordAsync(WorkflowRun run, WorkflowStep step) =>
        (await link.AskAsync<WorkflowEntry, WorkflowPermission>(LinkMethod.WorkflowRecord, new WorkflowEntry(run, step))).Goes;

    /// <inheritdoc/>
    public async ValueTask<bool> RollBackAsync(WorkflowRun run, WorkflowFailure cause) =>
        (await link.AskAsync<WorkflowUndoing, WorkflowPermission>(LinkMethod.WorkflowRollBack, new WorkflowUndoing(run, cause))).Goes;

    /// <inheritdoc/>
    public async ValueTask<WorkflowTaken> TakeEventAsync(WorkflowRun run, WorkflowStep step) =>
        await link.AskAsync<WorkflowEntry, WorkflowTaken>(LinkMethod.WorkflowTake, new WorkflowEntry(run, step));
}
