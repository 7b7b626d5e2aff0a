using System.Collections.Frozen;
using System.Text.Json;

namespace Skep.Abstractions.Workflows;

/// <summary>The statuses in the words of the API.</summary>
public static class WorkflowStatusNames
{
    private static readonly FrozenDictionary<string, WorkflowStatus> _byName =
        Enum.GetValues<WorkflowStatus>().ToFrozenDictionary(Of, StringComparer.Ordinal);

    /// <summary>E.g. <c>waitingForPause</c>.</summary>
    public static string Of(WorkflowStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());

    /// <summary>The status of a name; null when it is none.</summary>
    public static WorkflowStatus? Parse(string name) => _byName.TryGetValue(name, out var status) ? status : null;

    /// <summary>True when nothing of the instance will ever run again, unless it is restarted.</summary>
    public static bool IsFinal(this WorkflowStatus status) => status is WorkflowStatus.Complete or WorkflowStatus.Errored or WorkflowStatus.Terminated;
}
