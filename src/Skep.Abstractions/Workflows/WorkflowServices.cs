namespace Skep.Abstractions.Workflows;

/// <summary>What workers need of Workflows.</summary>
/// <param name="Store">For bindings.</param>
/// <param name="Journal">For runs.</param>
public sealed record WorkflowServices(IWorkflowStore Store, IWorkflowJournal Journal);
