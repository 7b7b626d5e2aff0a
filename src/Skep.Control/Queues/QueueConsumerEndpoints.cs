using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Queues;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Queues;

/// <summary>Who gets a queue's messages: one Worker, or clients that pull
/// (https://developers.cloudflare.com/api/resources/queues/subresources/consumers/).</summary>
internal static class QueueConsumerEndpoints
{
    private const string Several = QueueEndpoints.One + "/consumers";
    private const string Single = Several + "/{consumer}";
    private const string Worker = "worker";
    private const string Pull = "http_pull";

    public static IEnumerable<ApiEndpoint> All(QueueAccess queues, ICatalog catalog, TimeProvider time) =>
    [
        new("GET", Several, request => Task.FromResult<JsonNode?>(queues.Find(request) is { Consumer: { } consumer } queue ? new JsonArray(QueueJson.Describe(queue, consumer)) : new JsonArray())),
        new("POST", Several, request => CreateAsync(queues, catalog, request, time)),
        new("GET", Single, request => Task.FromResult<JsonNode?>(QueueJson.Describe(queues.Find(request), FindConsumer(queues.Find(request), request)))),
        new("PUT", Single, request => ReplaceAsync(queues, catalog, request, time)),
        new("DELETE", Single, request => DeleteAsync(queues, request, time)),
    ];

    private static async Task<JsonNode?> CreateAsync(QueueAccess queues, ICatalog catalog, ApiRequest request, TimeProvider time)
    {
        var queue = queues.FindVisible(request);
        var consumer = await ReadAsync(queues, catalog, request, Guid.NewGuid().ToString("N"), ApiTime.Now(time));
        if (queue.Consumer is { } other)
        {
            throw new ApiException(HttpStatusCode.BadRequest, new ApiError(
                ApiErrorCodes.QueueConsumerTaken,
                $"Queue '{queue.Name}' already has a consumer: {(other.IsPull ? "clients that pull" : $"the Worker {other.Script}")}. Remove it first (wrangler queues consumer {(other.IsPull ? $"http remove {queue.Name}" : $"worker remove {queue.Name} {other.Script}")})."));
        }

        return await StoreAsync(queues, queue, consumer, request, time, "queue.consumer.create");
    }

    private static async Task<JsonNode?> ReplaceAsync(QueueAccess queues, ICatalog catalog, ApiRequest request, TimeProvider time)
    {
        var queue = queues.FindVisible(request);
        var known = FindConsumer(queue, request);
        QueueAccess.RequireScript(request, known.Script);
        var consumer = await ReadAsync(queues, catalog, request, known.Id, known.CreatedOn);
        return await StoreAsync(queues, queue, consumer, request, time, "queue.consumer.update");
    }

    private static async Task<JsonNode?> DeleteAsync(QueueAccess queues, ApiRequest request, TimeProvider time)
    {
        var queue = queues.FindVisible(request);
        var known = FindConsumer(queue, request);
        QueueAccess.RequireScript(request, known.Script);
        await queues.Administration.UpdateAsync(queue.Id, static before => before with { Consumer = null }, request.Audit(ApiTime.Now(time), "queue.consumer.delete", queue.Id, known.Script ?? Pull));
        return null;
    }

    private static async Task<JsonNode?> StoreAsync(QueueAccess queues, QueueDefinition queue, QueueConsumer consumer, ApiRequest request, TimeProvider time, string action)
    {
        var now = ApiTime.Now(time);
        var changed = await queues.Administration.UpdateAsync(queue.Id, before => before with { Consumer = consumer }, request.Audit(now, action, queue.Id, consumer.Script ?? Pull)) ?? throw QueueAccess.NoQueue();
        if (consumer.DeadLetterQueue is { } letters && queues.Broker.FindByName(letters) is null)
        {
            // https://developers.cloudflare.com/workers/wrangler/configuration/#consumers: it is made when there is none.
            QueueDefinition made = new() { Id = Guid.NewGuid().ToString("N"), Name = letters, CreatedOn = now, ModifiedOn = now };
            await queues.Administration.CreateAsync(made, request.Audit(now, "queue.create", made.Id, letters));
        }

        return QueueJson.Describe(changed, consumer);
    }

    private static QueueConsumer FindConsumer(QueueDefinition queue, ApiRequest request) => queue.Consumer is { } consumer && consumer.Id == request.Route("consumer")
        ? consumer
        : throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.QueueConsumerMissing, "Consumer does not exist."));

    private static async Task<QueueConsumer> ReadAsync(QueueAccess queues, ICatalog catalog, ApiRequest request, string id, DateTimeOffset created)
    {
        var body = await request.ReadObjectAsync();
        var type = body.OptionalString("type") ?? Worker;
        if (type is not (Worker or Pull)) throw QueueAccess.Invalid($"Invalid consumer type \"{type}\": it must be {Worker} or {Pull}.");
        var script = type == Worker ? body.OptionalString("script_name") ?? body.OptionalString("script") ?? throw ApiException.BadRequest("\"script_name\" is missing.") : null;
        QueueAccess.RequireScript(request, script);
        if (script is not null && await catalog.FindScriptAsync(script) is null) throw ApiException.NoScript(script);
        var settings = body.OptionalObject("settings") ?? [];
        var letters = body.OptionalString("dead_letter_queue") is { Length: > 0 } name ? name : null;
        if (letters is not null && !QueueRules.IsName(letters)) throw QueueAccess.Invalid($"Invalid queue name \"{letters}\" of the dead letter queue.");
        if (letters is not null && letters == queues.FindVisible(request).Name) throw QueueAccess.Invalid("A queue cannot be its own dead letter queue.");
        QueueConsumer usual = new() { Id = id, CreatedOn = created, Script = script };
        return usual with
        {
            BatchSize = QueueJson.Number(settings, "batch_size", 1, QueueRules.MaxConsumerBatch) ?? usual.BatchSize,
            MaxRetries = QueueJson.Number(settings, "max_retries", 0, QueueRules.MaxRetries) ?? usual.MaxRetries,
            MaxWaitMilliseconds = QueueJson.Number(settings, "max_wait_time_ms", 0, QueueRules.MaxWaitMilliseconds) ?? usual.MaxWaitMilliseconds,
            MaxConcurrency = QueueJson.Number(settings, "max_concurrency", 1, QueueRules.MaxConcurrency),
            RetryDelay = QueueJson.Number(settings, "retry_delay", 0, QueueRules.MaxDelaySeconds) ?? 0,
            VisibilityMilliseconds = QueueJson.Number(settings, "visibility_timeout_ms", 0, QueueRules.MaxVisibilityMilliseconds) ?? usual.VisibilityMilliseconds,
            DeadLetterQueue = letters,
        };
    }
}
