using System.Buffers;
using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;

namespace Skep.Testing;

/// <summary>Answers of fake workers.</summary>
public static class FetchEvents
{
    public static InvocationSummary Ok { get; } = new(InvocationOutcome.Ok, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), 0);

    /// <summary>Answers with a text and ends the event.</summary>
    public static void Answer(this FetchEvent request, int status, string text, params ReadOnlySpan<string> headers)
    {
        request.SetStatus(status, null);
        for (int i = 0; i + 1 < headers.Length; i += 2)
            request.AddHeader(headers[i], headers[i + 1]);
        request.SetContentLength(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, request.ResponseBody);
        request.Complete(Ok);
    }

    /// <summary>Ends the event without a body.</summary>
    public static void AnswerEmpty(this FetchEvent request, int status, params ReadOnlySpan<string> headers)
    {
        request.SetStatus(status, null);
        for (int i = 0; i + 1 < headers.Length; i += 2)
            request.AddHeader(headers[i], headers[i + 1]);
        request.Complete(Ok);
    }

    /// <summary>Ends the event with an error.</summary>
    public static void FailWith(this FetchEvent request, WorkerErrorCode code, string message, string stack = "")
    {
        var error = new WorkerError(code, message, stack);
        request.Fail(error, false, Ok with { Outcome = InvocationOutcome.Exception, Error = error });
    }
}
