using Skep.Abstractions.Workflows;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision;

/// <summary>Answers worker processes about Workflows.</summary>
internal sealed class WorkflowHandlers(IWorkflowStore store, IWorkflowJournal journal)
{
    public LinkHandlers AddTo(LinkHandlers handlers) => handlers
        .On<WorkflowCreation, WorkflowCreated>(LinkMethod.WorkflowCreate, async asked => new(await store.CreateAsync(asked.Workflow, asked.Instances, asked.Trigger)))
        .On<WorkflowKey, WorkflowInstance>(LinkMethod.WorkflowGet, asked => store.GetAsync(asked.Workflow, asked.Id).AsTask())
        .On<WorkflowTurn>(LinkMethod.WorkflowChange, asked => store.ChangeAsync(asked.Workflow, asked.Id, asked.Change, asked.Options).AsTask())
        .On<WorkflowSignal>(LinkMethod.WorkflowSignal, asked => store.SendEventAsync(asked.Workflow, asked.Id, asked.Type, asked.Payload).AsTask())
        .On<WorkflowRemoval, WorkflowRemoved>(LinkMethod.WorkflowDelete, async asked => new(await store.DeleteAsync(asked.Workflow, asked.Ids)))
        .On<WorkflowEntry, WorkflowPermission>(LinkMethod.WorkflowRecord, async entry => new(await journal.RecordAsync(entry.Run, entry.Step)))
        .On<WorkflowUndoing, WorkflowPermission>(LinkMethod.WorkflowRollBack, async asked => new(await journal.RollBackAsync(asked.Run, asked.Cause)))
        .On<WorkflowEntry, WorkflowTaken>(LinkMethod.WorkflowTake, entry => journal.TakeEventAsync(entry.Run, entry.Step).AsTask());
}
