using System.Collections.Frozen;
using System.Net;
using Skep.Abstractions.Workflows;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>What the store of Workflows refuses, in the API's numbers.</summary>
internal static class WorkflowRefusals
{
    private static readonly FrozenDictionary<WorkflowProblem, (HttpStatusCode Status, int Code)> _table = new Dictionary<WorkflowProblem, (HttpStatusCode, int)>
    {
        [WorkflowProblem.NoWorkflow] = (HttpStatusCode.NotFound, ApiErrorCodes.WorkflowNotFound),
        [WorkflowProblem.NoInstance] = (HttpStatusCode.NotFound, ApiErrorCodes.WorkflowInstanceNotFound),
        [WorkflowProblem.Exists] = (HttpStatusCode.Conflict, ApiErrorCodes.WorkflowInstanceExists),
        [WorkflowProblem.WrongState] = (HttpStatusCode.Conflict, ApiErrorCodes.BadRequest),
        [WorkflowProblem.Invalid] = (HttpStatusCode.BadRequest, ApiErrorCodes.BadRequest),
        [WorkflowProblem.TooLarge] = (HttpStatusCode.RequestEntityTooLarge, ApiErrorCodes.BadRequest),
        [WorkflowProblem.Storage] = (HttpStatusCode.InternalServerError, ApiErrorCodes.Internal),
    }.ToFrozenDictionary();

    public static HttpStatusCode Status(WorkflowProblem problem) => _table[problem].Status;

    public static int Code(WorkflowProblem problem) => _table[problem].Code;
}
