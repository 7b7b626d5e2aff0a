using System.Text;
using Skep.Abstractions.D1;
using Skep.Abstractions.Email;
using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;
using Skep.Abstractions.RateLimiting;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workflows;
using Skep.Hosting;
using Skep.Output;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Objects;
using Skep.Supervision.Processes;

namespace Skep.Supervision;

/// <summary>What the supervisor answers to its worker processes.</summary>
internal sealed class SupervisorHandlers(Part part, CatalogDeployments deployments, SupervisorHandlers.Services services, Terminal terminal)
{
    /// <summary>What worker processes reach through the supervisor.</summary>
    /// <param name="Kv">The KV namespaces.</param>
    /// <param name="Workflows">The Workflows.</param>
    /// <param name="D1">The D1 databases.</param>
    /// <param name="Queues">The queues.</param>
    /// <param name="R2">The R2 buckets.</param>
    /// <param name="Limiter">The rate limits' counters.</param>
    /// <param name="Traces">Takes what is tailed.</param>
    /// <param name="Usage">Takes what workers used.</param>
    /// <param name="Cache">Hears what is cached.</param>
    /// <param name="Objects">Knows where Durable Objects are.</param>
    /// <param name="Log">The request log; null when there is none.</param>
    internal sealed record Services(IKvStore Kv, WorkflowServices Workflows, ID1Store D1, IQueueProducer Queues, IR2Store R2, IRateLimiter Limiter, ITraceSink Traces, FleetUsage Usage, FleetCache Cache, ObjectHandlers Objects, SharedLog? Log)
    {
        /// <summary>Where Hyperdrive configurations lead.</summary>
        public required IHyperdriveOrigins Hyperdrive { get; init; }

        /// <summary>What the platform keeps for workers beside KV.</summary>
        public required PlatformStores Platform { get; init; }

        /// <summary>Delivers email.</summary>
        public required IEmailCarrier Email { get; init; }
    }

    /// <summary>The answers for one process.</summary>
    public LinkHandlers For(WorkerProcess process) => services.Objects.AddTo(Add(new LinkHandlers()), process)
        .On<Hello, Part>(LinkMethod.Hello, hello => Task.FromResult(Welcome(hello) with { Slot = process.Slot, Peers = process.PeerDescriptor }))
        .On(LinkMethod.Ready, () =>
        {
            process.BecomeReady();
            return Task.CompletedTask;
        })
        .On(LinkMethod.ReadVersion, async (request, _) =>
        {
            var key = LinkRecords.Read<VersionKey>(request.Payload.Span);
            return VersionMessage.Write(await deployments.ReadAsync(key.Script, key.Id));
        })
        .On<RateLimitQuestion, RateLimitAnswer>(
            LinkMethod.RateLimit, async asked => new RateLimitAnswer(await services.Limiter.LimitAsync(asked.Namespace, asked.Key, asked.Limit, asked.Period, asked.Weight)))
        .On<HyperdriveQuestion, HyperdriveAnswer>(
            LinkMethod.HyperdriveOrigin, async asked => new HyperdriveAnswer(await services.Hyperdrive.FindOriginAsync(asked.ConfigId)))
        .On<AnalyticsPoints>(LinkMethod.AnalyticsPoints, added => services.Platform.Analytics.AddAsync(added.Points).AsTask())
        .On<UsageSamples>(LinkMethod.Usage, services.Usage.AddAsync)
        .On(LinkMethod.RequestLog, async (request, _) =>
        {
            if (services.Log is { } log) await log.WriteAsync(request.Payload);
            return LinkMessage.Empty;
        })
        .OnNotice(LinkMethod.CacheChange, notice => services.Cache.Tell(process, notice))
        .OnNotice(LinkMethod.Trace, notice => services.Traces.Publish(LinkRecords.Read<InvocationTrace>(notice)))
        .OnNotice(LinkMethod.Output, notice => Print(notice, isError: false))
        .OnNotice(LinkMethod.ErrorOutput, notice => Print(notice, isError: true));

    private LinkHandlers Add(LinkHandlers handlers)
    {
        new KvHandlers(services.Kv).AddTo(handlers);
        new D1Handlers(services.D1).AddTo(handlers);
        new QueueHandlers(services.Queues).AddTo(handlers);
        new R2Handlers(services.R2).AddTo(handlers);
        new EmailHandlers(services.Email).AddTo(handlers);
        new VectorHandlers(services.Platform.Vectors).AddTo(handlers);
        new WorkflowHandlers(services.Workflows.Store, services.Workflows.Journal).AddTo(handlers);
        return handlers;
    }

    private Part Welcome(Hello hello) => hello.Protocol == LinkRecords.Protocol
        ? part
        : throw new LinkException("The program was replaced by another version that this supervisor cannot work with: restart the server.");

    private void Print(ReadOnlySpan<byte> notice, bool isError)
    {
        var text = Encoding.UTF8.GetString(notice).TrimEnd('\n');
        if (!terminal.Offer(isError, _ => text)) terminal.CountLoss();
    }
}
