using System.Collections.Immutable;
using System.Net;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Workers;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Uploads;

namespace Skep.Control.Queues;

/// <summary>Queues, and what tokens may do with them. One that is limited to certain Workers sees the queues that these send to or get
/// messages of, and may make its Workers their consumers; anything else needs a token for the account.</summary>
internal sealed class QueueAccess(QueueServices services, ICatalog catalog)
{
    public IQueueBroker Broker => services.Broker;

    public IQueueAdministration Administration => services.Administration;

    /// <summary>The queue that the path names, for those who may all.</summary>
    /// <exception cref="ApiException">There is none, or the token is for certain Workers only.</exception>
    public QueueDefinition Find(ApiRequest request)
    {
        RequireAccount(request);
        return FindVisible(request);
    }

    /// <summary>The queue that the path names, for whoever may see it.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    public QueueDefinition FindVisible(ApiRequest request) => Broker.Find(request.Route("queue")) ?? throw NoQueue();

    /// <summary>Refuses a token that is for certain Workers only.</summary>
    /// <exception cref="ApiException">It is.</exception>
    public static void RequireAccount(ApiRequest request)
    {
        if (!request.Token.Scripts.IsEmpty) throw NotAllowed(request, "not for queues");
    }

    /// <summary>Refuses a token that is for other Workers only.</summary>
    /// <exception cref="ApiException">It is.</exception>
    public static void RequireScript(ApiRequest request, string? script)
    {
        if (request.Token.Scripts.IsEmpty || (script is not null && request.Token.Scripts.Contains(script))) return;
        throw NotAllowed(request, script is null ? "not for pull consumers" : $"not for {script}");
    }

    /// <summary>The queues that the token may see.</summary>
    public async Task<IReadOnlyList<QueueDefinition>> ListAsync(ApiRequest request)
    {
        if (request.Token.Scripts.IsEmpty) return Broker.Queues;
        var bound = await BoundAsync(request.Token.Scripts);
        return [.. Broker.Queues.Where(queue => bound.Contains(queue.Name) || IsConsumedBy(queue, request.Token.Scripts))];
    }

    /// <summary>The scripts whose deployed versions send to each queue.</summary>
    public async Task<ILookup<string, string>> ProducersAsync()
    {
        HashSet<(string Queue, string Script)> producers = [];
        foreach (var deployment in await catalog.ListActiveDeploymentsAsync())
        {
            foreach (var share in deployment.Versions)
            {
                if (await catalog.FindVersionAsync(deployment.Script, share.VersionId) is not { } version) continue;
                foreach (var queue in QueuesOf(version)) producers.Add((queue, deployment.Script));
            }
        }

        return producers.ToLookup(each => each.Queue, each => each.Script, StringComparer.Ordinal);
    }

    /// <summary>Refuses a version that sends to a queue that does not exist, or that the token may not hand out.</summary>
    /// <exception cref="ApiException">It does.</exception>
    public async Task CheckBindingsAsync(WorkerVersion version, ApiRequest request)
    {
        string[] wanted = [.. version.Bindings.OfType<QueueBinding>().Select(binding => binding.Queue).Distinct(StringComparer.Ordinal)];
        if (wanted.FirstOrDefault(name => Broker.FindByName(name) is null) is { } missing)
        {
            throw new ApiException(
                HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.QueueMissing, $"Queue \"{missing}\" does not exist. To create it, run: wrangler queues create {missing}"));
        }

        if (wanted.Length == 0 || request.Token.Scripts.IsEmpty) return;
        var bound = await BoundAsync(request.Token.Scripts);
        if (wanted.FirstOrDefault(name => !bound.Contains(name) && !IsConsumedBy(Broker.FindByName(name)!, request.Token.Scripts)) is { } foreign)
            throw NotAllowed(request, $"and none of them is bound to the queue {foreign}: deploy once with a token for the account");
    }

    /// <summary>A script is gone: it gets no messages any more.</summary>
    public async Task ForgetAsync(string script, AuditEntry audit)
    {
        foreach (var queue in Broker.Queues.Where(queue => queue.Consumer?.Script == script)) await Administration.UpdateAsync(queue.Id, static before => before with { Consumer = null }, audit);
    }

    /// <summary>There is no such queue.</summary>
    public static ApiException NoQueue() => new(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.QueueMissing, "Queue does not exist."));

    /// <summary>A setting is out of bounds.</summary>
    public static ApiException Invalid(string message) => new(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.QueueInvalid, message));

    private async Task<HashSet<string>> BoundAsync(ImmutableArray<string> scripts)
    {
        HashSet<string> bound = new(StringComparer.Ordinal);
        foreach (var script in scripts)
        {
            if (await catalog.ListVersionsAsync(script, 1) is [var newest, ..]) bound.UnionWith(QueuesOf(newest));
        }

        return bound;
    }

    private static IEnumerable<string> QueuesOf(ScriptVersion version) =>
        BindingMerge.Bindings(version).Where(binding => binding.RequiredString("type") == BindingReader.Queue).Select(binding => binding.RequiredString("queue_name"));

    private static bool IsConsumedBy(QueueDefinition queue, ImmutableArray<string> scripts) => queue.Consumer?.Script is { } script && scripts.Contains(script);

    private static ApiException NotAllowed(ApiRequest request, string what) => new(
        HttpStatusCode.Forbidden,
        new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. The token \"{request.Token.Name}\" is for {string.Join(", ", request.Token.Scripts)} only, {what}."));
}
