namespace Skep.Abstractions.Workers;

/// <summary>A Workflow (<c>workflows</c>), of this script or of another.</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="Workflow">The Workflow's name within the account.</param>
/// <param name="ClassName">The class.</param>
/// <param name="Script">The script that defines it; null for the own one.</param>
public sealed record WorkflowBinding(string Name, string Workflow, string ClassName, string? Script = null) : Binding(Name)
{
    /// <summary>Steps that an instance may have, of a project under development: what is deployed has them from the API. Null for as many as usual.</summary>
    public int? StepLimit { get; init; }
}
