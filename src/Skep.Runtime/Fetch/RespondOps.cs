using System.Buffers;
using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>Ops that answer an event and keep it alive.</summary>
internal static unsafe class RespondOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("respond", &Respond);
        ops.Add("request_failed", &Failed);
        ops.Add("event_done", &Done);
        ops.Add("event_no_retry", &NoRetry);
        ops.Add("wait_until_begin", &WaitUntilBegin);
        ops.Add("wait_until_end", &WaitUntilEnd);
        ops.Add("pass_through", &PassThrough);
    }

    private static Invocation Find(in OpCall call) => call.State<WorkerIsolate>().FindInvocation(call[0].Int32);

    private static void Respond(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = (FetchInvocation)Find(in call);
        var kind = (BodyKind)call[4].Int32;
        var body = call[5];
        // Looked up before anything is sent: a stale number must fail the call, not half a response.
        var source = kind == BodyKind.HostBody ? isolate.TakeBody(body.Int32) : null;
        var sink = kind == BodyKind.Sink ? isolate.FindSink(body.Int32) : null;

        var response = invocation.BeginResponse(call[1].Int32, call[2].Kind == JsKind.String ? call[2].ToString() : null);
        var declared = call[3].Kind == JsKind.Array ? HeaderReader.Copy(call[3], response) : default;
        ResponseCoding coding = default;
        if (kind == BodyKind.None)
        {
            if (declared.Coding is { } named) response.AddHeader("content-encoding", named);
        }
        else if (declared.Coding is not null || source is not null)
        {
            coding = ResponseCoding.Choose(declared.Coding, source, call[1].Int32, manual: call[6].Boolean, response);
        }

        switch (kind)
        {
            case BodyKind.Text when coding.Apply is null:
                WriteText(response, body);
                invocation.EndBody();
                break;
            case BodyKind.Text:
                WriteBytes(response, ContentCoding.Encode(Encoding.UTF8.GetBytes(body.ToString()), coding.Apply).Span);
                invocation.EndBody();
                break;
            case BodyKind.Bytes:
                WriteBytes(response, coding.Apply is { } applied ? ContentCoding.Encode(body.Bytes, applied).Span : body.Bytes);
                invocation.EndBody();
                break;
            case BodyKind.HostBody:
                if (coding.Apply is null && (coding.AsItCame ? source!.CodedLength : source!.Length) is { } length) response.SetContentLength(length);
                invocation.PipeBody(source!, coding);
                break;
            case BodyKind.Sink when coding.Apply is null:
                // The layer lets a length through here only for a stream that keeps to it (FixedLengthStream).
                if (declared.Length is { } promised) response.SetContentLength(promised);
                invocation.StreamBody(sink!);
                break;
            case BodyKind.Sink:
                invocation.StreamBody(sink!, coding.Apply);
                break;
            default:
                invocation.EndBody();
                break;
        }
    }

    private static void WriteBytes(FetchEvent response, ReadOnlySpan<byte> bytes)
    {
        response.SetContentLength(bytes.Length);
        response.ResponseBody.Write(bytes);
    }

    private static void WriteText(FetchEvent response, JsValue text)
    {
        var bytes = checked((int)text.Utf8Length);
        // Before the first byte: the length is a header.
        response.SetContentLength(bytes);
        var memory = response.ResponseBody.GetSpan(bytes)[..bytes];
        if (bytes == text.Length && text.IsOneByte) text.CopyLatin1(memory);
        else text.CopyUtf8(memory);
        response.ResponseBody.Advance(bytes);
    }

    private static void Failed(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = Find(in call);
        var error = isolate.Describe(call[1].Local, out var terminated);
        if (terminated) return;
        if (isolate.Engine.TakeBuffersRefused() && IsOutOfMemory(error.Message))
        {
            isolate.Retire();
            invocation.Fail(new WorkerError(WorkerErrorCode.ExceededLimits, "Worker exceeded memory limit.", error.Stack), InvocationOutcome.ExceededMemory);
            return;
        }

        invocation.Fail(error, InvocationOutcome.Exception);
    }

    /// <summary>What V8 and our ops throw when memory was refused, and what the layer makes of it.</summary>
    private static bool IsOutOfMemory(string message) => message == "DataCloneError: Data cannot be cloned, out of memory."
        || (message.StartsWith("RangeError: ", StringComparison.Ordinal) && !message.Contains("call stack", StringComparison.Ordinal));

    private static void Done(in OpCall call) => Find(in call).HandlerEnded();

    private static void NoRetry(in OpCall call) => ((ScheduledInvocation)Find(in call)).NoRetry = true;

    private static void WaitUntilBegin(in OpCall call) => Find(in call).WaitUntil++;

    private static void WaitUntilEnd(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = Find(in call);
        invocation.WaitUntil--;
        if (call[1].Kind == JsKind.Undefined) return;
        var error = isolate.Describe(call[1].Local);
        isolate.ReportUncaught(error);
        invocation.WaitUntilRejected(error);
    }

    private static void PassThrough(in OpCall call)
    {
        if (Find(in call) is FetchInvocation fetch) fetch.PassThrough = true;
    }
}
