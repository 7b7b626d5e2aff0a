using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Queues;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Queues;

/// <summary>Queues: create, list, change, delete, purge (https://developers.cloudflare.com/api/resources/queues/).</summary>
internal static class QueueEndpoints
{
    public const string Root = ApiEndpoint.Account + "/queues";
    public const string One = Root + "/{queue}";

    private const string Subscriptions = ApiEndpoint.Account + "/event_subscriptions/subscriptions";
    private const int PerPage = 100;

    public static IEnumerable<ApiEndpoint> All(QueueAccess queues, TimeProvider time) =>
    [
        new("GET", Root, request => ListAsync(queues, request)),
        new("POST", Root, request => CreateAsync(queues, request, time)),
        new("GET", One, async request => QueueJson.Describe(queues.Find(request), (await queues.ProducersAsync())[queues.Find(request).Name])),
        new("PUT", One, request => UpdateAsync(queues, request, time)),
        new("PATCH", One, request => UpdateAsync(queues, request, time)),
        new("DELETE", One, request => DeleteAsync(queues, request, time)),
        new("GET", One + "/metrics", async request => QueueJson.Describe(await queues.Broker.MetricsAsync(queues.Find(request).Name))["metrics"]!.DeepClone()),
        new("POST", One + "/purge", request => PurgeAsync(queues, request, time)),
        .. ((string[])["GET", "POST"]).Select(method => new ApiEndpoint(method, Subscriptions, RefuseSubscription)),
        .. ((string[])["GET", "PATCH", "DELETE"]).Select(method => new ApiEndpoint(method, Subscriptions + "/{subscription}", RefuseSubscription)),
    ];

    private static async Task<JsonNode?> ListAsync(QueueAccess queues, ApiRequest request)
    {
        var names = request.Http.Request.Query["name"];
        var page = request.Query("page") is { } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 ? number : throw ApiException.BadRequest($"\"page\" must be a number of at least 1, not \"{text}\".")
            : 1;
        QueueDefinition[] all = [.. (await queues.ListAsync(request)).Where(queue => names.Count == 0 || names.Contains(queue.Name, StringComparer.Ordinal))];
        QueueDefinition[] items = [.. all.Skip((int)Math.Min((page - 1L) * PerPage, int.MaxValue)).Take(PerPage)];
        request.ResultInfo = new JsonObject
        {
            ["page"] = page,
            ["per_page"] = PerPage,
            ["count"] = items.Length,
            ["total_count"] = all.Length,
            ["total_pages"] = (all.Length + PerPage - 1) / PerPage,
        };
        var producers = await queues.ProducersAsync();
        return new JsonArray([.. items.Select(queue => QueueJson.Describe(queue, producers[queue.Name]))]);
    }

    private static async Task<JsonNode?> CreateAsync(QueueAccess queues, ApiRequest request, TimeProvider time)
    {
        QueueAccess.RequireAccount(request);
        var body = await request.ReadObjectAsync();
        var name = body.RequiredString("queue_name");
        if (!QueueRules.IsName(name))
            throw QueueAccess.Invalid($"Invalid queue name \"{name}\": use 1 to 63 letters, digits, hyphens and underscores, with no hyphen at either end.");
        var now = ApiTime.Now(time);
        var queue = Change(new QueueDefinition { Id = Guid.NewGuid().ToString("N"), Name = name, CreatedOn = now, ModifiedOn = now }, body);
        return await queues.Administration.CreateAsync(queue, request.Audit(now, "queue.create", queue.Id, name))
            ? QueueJson.Describe(queue, [])
            // Not 409, which clients would try again.
            : throw new ApiException(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.QueueNameTaken, $"Queue name '{name}' is already taken. Please use a different name and try again."));
    }

    private static async Task<JsonNode?> UpdateAsync(QueueAccess queues, ApiRequest request, TimeProvider time)
    {
        var known = queues.Find(request);
        var body = await request.ReadObjectAsync();
        // Versions name the queues that they send to: another name would take it away from them.
        if (body.OptionalString("queue_name") is { } name && name != known.Name)
            throw QueueAccess.Invalid($"A queue keeps its name: make the queue \"{name}\" and bind Workers to it.");
        _ = Change(known, body);
        var changed = await queues.Administration.UpdateAsync(known.Id, queue => Change(queue, body), request.Audit(ApiTime.Now(time), "queue.update", known.Id, known.Name)) ?? throw QueueAccess.NoQueue();
        return QueueJson.Describe(changed, (await queues.ProducersAsync())[changed.Name]);
    }

    private static async Task<JsonNode?> DeleteAsync(QueueAccess queues, ApiRequest request, TimeProvider time)
    {
        var known = queues.Find(request);
        return await queues.Administration.DeleteAsync(known.Id, request.Audit(ApiTime.Now(time), "queue.delete", known.Id, known.Name)) ? null : throw QueueAccess.NoQueue();
    }

    private static async Task<JsonNode?> PurgeAsync(QueueAccess queues, ApiRequest request, TimeProvider time)
    {
        var known = queues.Find(request);
        if ((await request.ReadObjectAsync()).OptionalBoolean("delete_messages_permanently") is not true)
            throw QueueAccess.Invalid("Say \"delete_messages_permanently\": true to purge a queue.");
        var started = ApiTime.Now(time);
        await queues.Broker.PurgeAsync(known.Id);
        return new JsonObject { ["started_at"] = ApiTime.Text(started), ["complete"] = true };
    }

    private static QueueDefinition Change(QueueDefinition queue, JsonObject body)
    {
        if (body.OptionalObject("settings") is not { } settings) return queue;
        return queue with
        {
            DeliveryDelay = QueueJson.Number(settings, "delivery_delay", 0, QueueRules.MaxDelaySeconds) ?? queue.DeliveryDelay,
            RetentionSeconds = QueueJson.Number(settings, "message_retention_period", QueueRules.MinRetentionSeconds, QueueRules.MaxRetentionSeconds) ?? queue.RetentionSeconds,
            IsPaused = settings.OptionalBoolean("delivery_paused") ?? queue.IsPaused,
        };
    }

    private static Task<JsonNode?> RefuseSubscription(ApiRequest request) => throw ApiException.NotThere("Event subscriptions of queues");
}
