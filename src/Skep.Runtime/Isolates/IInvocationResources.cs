using Skep.Runtime.Workers;

namespace Skep.Runtime.Isolates;

/// <summary>What an isolate holds on behalf of its invocations.</summary>
internal interface IInvocationResources
{
    /// <summary>An invocation ends: what it holds is given up. Called inside the isolate's turn, or when there will be none any more.</summary>
    void CloseFor(Invocation invocation);
}
