using Skep.Abstractions.Queues;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Queues;

/// <summary>Ops of queues (<c>js/queues/ops.ts</c>). JavaScript names a queue by its binding's place among the version's bindings: there is
/// nothing that it could guess.</summary>
internal static class QueueOps
{
    private const int FieldsOfSend = 3;
    private const int Figures = 3;
    private const int FieldsOfMessage = 5;

    public static unsafe void Register(OpTable ops)
    {
        ops.Add("queue_send", &Send);
        ops.Add("queue_metrics", &Metrics);
        ops.Add("queue_batch", &Batch);
        ops.Add("queue_ack", &Ack);
        ops.Add("queue_retry", &Retry);
    }

    private static void Send(in OpCall call)
    {
        var invocation = call.State<WorkerIsolate>().RequireInvocation();
        var worker = call.State<WorkerIsolate>().Worker;
        var (producer, binding) = Queue(in call);
        var isBatch = call[1].Boolean;
        var method = isBatch ? "sendBatch" : "send";
        QueueSend[] messages;
        try
        {
            var delay = Seconds(call[2]);
            if (isBatch) QueueRules.CheckDelay(delay, QueueErrorCodes.BatchDelayInvalid);
            messages = call[3].ReadAll(fields => Read(fields, isBatch, delay ?? binding.DeliveryDelay));
        }
        catch (QueueException refused)
        {
            throw QueueErrors.ToJs(worker.Version, method, refused);
        }

        invocation.CountServiceOperation();
        worker.Meter?.Counter(QueueInvocation.Operations).Add(messages.Sum(static message => QueueRules.OperationsOf(message.Body.Length)));
        new ServiceOp<QueueMetrics>(ToArray).Start(in call, () => SendAsync(worker.Version, method, producer, binding.Queue, messages));
    }

    private static QueueSend[] Read(JsArray fields, bool isBatch, int? delay)
    {
        var count = fields.Count / FieldsOfSend;
        var (largest, total) = (0, 0L);
        for (var i = 0; i < count; i++)
        {
            var length = LengthOf(fields[i * FieldsOfSend]);
            largest = Math.Max(largest, length);
            total += length;
            QueueRules.CheckDelay(Seconds(fields[(i * FieldsOfSend) + 2]));
        }

        if (isBatch) QueueRules.CheckBatch(count, largest, total);
        else QueueRules.CheckMessage(largest);
        var messages = new QueueSend[count];
        for (var i = 0; i < count; i++)
        {
            var body = fields[i * FieldsOfSend];
            var copy = new byte[LengthOf(body)];
            if (body.Kind == JsKind.String) _ = body.CopyUtf8(copy);
            else body.Bytes.CopyTo(copy);
            messages[i] = new QueueSend(copy, (QueueContentType)fields[(i * FieldsOfSend) + 1].Int32, Seconds(fields[(i * FieldsOfSend) + 2]) ?? delay);
        }

        return messages;
    }

    private static async ValueTask<QueueMetrics> SendAsync(WorkerVersion version, string method, IQueueProducer producer, string queue, QueueSend[] messages)
    {
        try
        {
            return await producer.SendAsync(queue, messages).ConfigureAwait(false);
        }
        catch (QueueException refused)
        {
            throw QueueErrors.ToJs(version, method, refused);
        }
    }

    private static void Metrics(in OpCall call)
    {
        var invocation = call.State<WorkerIsolate>().RequireInvocation();
        var (producer, binding) = Queue(in call);
        invocation.CountServiceOperation();
        var version = call.State<WorkerIsolate>().Worker.Version;
        new ServiceOp<QueueMetrics>(ToArray).Start(in call, () => MetricsAsync(version, producer, binding.Queue));
    }

    private static async ValueTask<QueueMetrics> MetricsAsync(WorkerVersion version, IQueueProducer producer, string queue)
    {
        try
        {
            return await producer.MetricsAsync(queue).ConfigureAwait(false);
        }
        catch (QueueException refused)
        {
            throw QueueErrors.ToJs(version, method: null, refused);
        }
    }

    private static JsArgument ToArray(WorkerIsolate isolate, QueueMetrics metrics) =>
        isolate.Engine.NewArray([(double)metrics.BacklogCount, (double)metrics.BacklogBytes, (double)metrics.OldestMessageTimestamp]);

    private static void Batch(in OpCall call)
    {
        var engine = call.Isolate;
        var batch = Find(in call).Batch;
        var fields = new JsArgument[Figures + (batch.Messages.Length * FieldsOfMessage)];
        fields[0] = (double)batch.Metrics.BacklogCount;
        fields[1] = (double)batch.Metrics.BacklogBytes;
        fields[2] = (double)batch.Metrics.OldestMessageTimestamp;
        for (var i = 0; i < batch.Messages.Length; i++)
        {
            var message = batch.Messages[i];
            var at = Figures + (i * FieldsOfMessage);
            fields[at] = engine.NewString(message.Id);
            fields[at + 1] = (double)message.Timestamp;
            fields[at + 2] = message.Attempts;
            fields[at + 3] = (int)message.ContentType;
            fields[at + 4] = Body(engine, message);
        }

        call.Return(engine.NewArray(fields));
    }

    private static JsLocal Body(Isolate engine, QueueMessage message)
    {
        if (message.ContentType is QueueContentType.Json or QueueContentType.Text) return engine.NewStringUtf8(message.Body.Span);
        var buffer = engine.NewArrayBuffer(message.Body.Length, out var memory);
        message.Body.Span.CopyTo(memory);
        return buffer;
    }

    private static void Ack(in OpCall call) => Find(in call).Ack(Place(in call));

    private static void Retry(in OpCall call)
    {
        var delay = Seconds(call[2]);
        if (delay is < 0 or > QueueRules.MaxDelaySeconds)
            throw JsException.Type($"delaySeconds must be between 0 and {QueueRules.MaxDelaySeconds}, but is {delay}.");
        Find(in call).Retry(Place(in call), delay);
    }

    private static QueueInvocation Find(in OpCall call) =>
        call.State<WorkerIsolate>().FindInvocation(call[0].Int32) as QueueInvocation ?? throw JsException.Type("Illegal invocation");

    private static int? Place(in OpCall call) => call[1].Int32 is >= 0 and var place ? place : null;

    private static (IQueueProducer Producer, QueueBinding Binding) Queue(in OpCall call) => (call.State<WorkerIsolate>().Worker.Services.Queues!, call.Binding<QueueBinding>());

    private static int LengthOf(JsValue body) => body.Kind == JsKind.String ? checked((int)body.Utf8Length) : body.Length;

    private static int? Seconds(JsValue value) => value.IsNumber ? value.Int32 : null;
}
