using Skep.Abstractions.Errors;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Isolates;

// Exceptions, in either direction.
internal sealed partial class WorkerIsolate
{
    /// <summary>The JavaScript error for an exception of an op.</summary>
    public JsLocal ToError(JsException exception)
    {
        if (exception.DomName is not { } name) return Engine.NewError(exception.ErrorClass, exception.Message);
        JsResult result = default;
        Engine.CallHost(HostFunction.CreateError, [Engine.NewString(name), Engine.NewString(exception.Message)], ref result, microtasks: false);
        return result.Status == JsStatus.Ok ? result.Value.Local : Engine.NewError(JsErrorClass.Error, exception.Message);
    }

    /// <summary>Reports a fault of ours to the operator; the worker learns only its reference.</summary>
    public JsException InternalError(Exception exception)
    {
        if (exception is ILostConnection) return JsException.Plain("Network connection lost.");
        var reference = Guid.NewGuid().ToString("N")[..16];
        Worker.Services.Observer.Uncaught(Worker.Version, new WorkerError(WorkerErrorCode.Exception, $"internal error; reference = {reference}: {exception}"));
        TraceOfCaller?.Exception(new WorkerError(WorkerErrorCode.Exception, $"Error: internal error; reference = {reference}"), clock);
        return JsException.Plain($"internal error; reference = {reference}");
    }

    /// <summary>An exception reached nobody.</summary>
    public void ReportUncaught(WorkerError error)
    {
        Worker.Services.Observer.Uncaught(Worker.Version, error);
        TraceOfCaller?.Exception(error, clock);
    }

    /// <summary>Describes a thrown value for the worker's author.</summary>
    public WorkerError Describe(JsLocal thrown) => Describe(thrown, out _);

    /// <summary>Describes a thrown value; when a getter of the worker's had to be terminated meanwhile, that is the failure.</summary>
    public WorkerError Describe(JsLocal thrown, out bool terminated)
    {
        var (message, stack) = Engine.DescribeError(thrown, out terminated);
        return new WorkerError(WorkerErrorCode.Exception, message, stack) { Details = terminated ? "" : Details(thrown, out terminated) };
    }

    private string Details(JsLocal thrown, out bool terminated)
    {
        JsResult result = default;
        Engine.CallHost(HostFunction.DescribeThrown, [thrown], ref result, microtasks: false);
        terminated = result.Status == JsStatus.Terminated;
        return result.Status == JsStatus.Ok && result.Value.Kind == JsKind.String ? result.Value.ToString() : "";
    }
}
