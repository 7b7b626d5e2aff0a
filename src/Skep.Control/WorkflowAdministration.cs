using Skep.Abstractions.Workflows;

namespace Skep.Control;

/// <summary>Workflows as the control plane sees them.</summary>
/// <param name="Definitions">Which there are, and their instances.</param>
/// <param name="Store">Makes and changes instances.</param>
public sealed record WorkflowAdministration(IWorkflowDefinitions Definitions, IWorkflowStore Store);
