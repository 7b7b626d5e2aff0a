using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Runtime.Isolates;
using Skep.Runtime.WebSockets;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Objects;

/// <summary>What arrived on a hibernatable WebSocket: messages, the peer's close frame, or (without a batch) the connection's loss.</summary>
internal sealed class SocketObjectEvent(ObjectSocket socket, ObjectSockets all, InboundBatch? batch, string? failure) : ObjectEvent(socket.Worker)
{
    private const int Abnormal = 1006;

    private InboundBatch? left = batch;

    public override Invocation Begin(ObjectInstance instance) => new SocketInvocation(this, instance);

    protected override void Fail(WorkerError error)
    {
        GiveBack();
        socket.Abort();
    }

    private ObjectSocket Socket => socket;

    private TimeSpan? Timeout => all.EventTimeout;

    private void GiveBack()
    {
        if (left is null) return;
        var returned = left;
        left = null;
        socket.Return(returned);
    }

    internal sealed class SocketInvocation(SocketObjectEvent source, ObjectInstance instance) : ObjectInvocation(source, instance)
    {
        private int handlers = 1;
        private bool isEnd;
        private ITimer? limit;

        protected override TraceEvent Traced => new WebSocketTraceEvent(source.left is null ? "close" : "message");

        /// <summary>One handler is done; what it threw, if it did, was reported.</summary>
        public override void HandlerEnded()
        {
            if (--handlers == 0) Answered(InvocationOutcome.Ok, null);
        }

        protected override void Start(WorkerIsolate isolate, ref TurnResult result)
        {
            if (source.Timeout is { } most)
            {
                limit = Instance.Worker.Runtime.Time.CreateTimer(_ => isolate.Post(new LimitTask { Invocation = this }), null, most, System.Threading.Timeout.InfiniteTimeSpan);
            }

            try
            {
                if (source.left is { } batch)
                {
                    foreach (var message in batch.Messages)
                    {
                        if (Ended || result.Status == JsStatus.Terminated) break;
                        Deliver(isolate, in message, ref result);
                    }
                }
                else
                {
                    TellLoss(isolate, ref result);
                }
            }
            catch (JsException)
            {
                // No room for it in the isolate.
                source.Socket.Abort();
            }

            source.GiveBack();
            if (!Ended) HandlerEnded();
        }

        protected override void Finished(in InvocationSummary summary)
        {
            limit?.Dispose();
            source.GiveBack();
            if (isEnd) Instance.Output.Send(_ => source.Socket.EndHandled());
        }

        private void Deliver(WorkerIsolate isolate, in InboundMessage message, ref TurnResult result)
        {
            var engine = isolate.Engine;
            var payload = message.Payload;
            JsResult js = default;
            handlers++;
            switch (message.Code)
            {
                case Opcode.Close:
                    isEnd = true;
                    engine.CallHost(HostFunction.ObjectSocketClosed, [Instance.Id, Id, source.Socket.Id, message.Status, engine.NewStringUtf8(payload), true], ref js);
                    break;
                case Opcode.Text:
                    engine.CallHost(
                        HostFunction.ObjectSocketMessage,
                        [Instance.Id, Id, source.Socket.Id, System.Text.Ascii.IsValid(payload) ? engine.NewStringLatin1(payload) : engine.NewStringUtf8(payload)],
                        ref js);
                    break;
                default:
                    var buffer = engine.NewArrayBuffer(payload.Length, out var memory);
                    payload.CopyTo(memory);
                    engine.CallHost(HostFunction.ObjectSocketMessage, [Instance.Id, Id, source.Socket.Id, buffer], ref js);
                    break;
            }

            result.Take(in js);
        }

        private void TellLoss(WorkerIsolate isolate, ref TurnResult result)
        {
            var engine = isolate.Engine;
            isEnd = true;
            handlers++;
            JsResult js = default;
            if (source.Failure is { } failure) engine.CallHost(HostFunction.ObjectSocketFailed, [Instance.Id, Id, source.Socket.Id, engine.NewString(failure)], ref js);
            else engine.CallHost(HostFunction.ObjectSocketClosed, [Instance.Id, Id, source.Socket.Id, Abnormal, engine.NewString("WebSocket disconnected without sending Close frame."), false], ref js);
            result.Take(in js);
        }

        private sealed class LimitTask : IsolateTask
        {
            public override void Run(WorkerIsolate isolate, ref TurnResult result) =>
                Invocation!.Fail(new WorkerError(WorkerErrorCode.ExceededLimits, "Error: The WebSocket event took longer than setHibernatableWebSocketEventTimeout() allows."), InvocationOutcome.Exception);
        }
    }

    private string? Failure => failure;
}
