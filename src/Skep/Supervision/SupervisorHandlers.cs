using System.Text;
using Skep.Abstractions.D1;
using Skep.Abstractions.Kv;
using Skep.Abstractions.RateLimiting;
using Skep.Abstractions.Tracing;
using Skep.Hosting;
using Skep.Output;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Processes;

namespace Skep.Supervision;

/// <summary>What the supervisor answers to its worker processes.</summary>
internal sealed class SupervisorHandlers(Part part, CatalogDeployments deployments, SupervisorHandlers.Services services, Terminal terminal)
{
    /// <summary>What worker processes reach through the supervisor.</summary>
    /// <param name="Kv">The KV namespaces.</param>
    /// <param name="D1">The D1 databases.</param>
    /// <param name="Limiter">The rate limits' counters.</param>
    /// <param name="Traces">Takes what is tailed.</param>
    /// <param name="Usage">Takes what workers used.</param>
    /// <param name="Log">The request log; null when there is none.</param>
    internal sealed record Services(IKvStore Kv, ID1Store D1, IRateLimiter Limiter, ITraceSink Traces, FleetUsage Usage, SharedLog? Log);

    /// <summary>The answers for one process.</summary>
    public LinkHandlers For(WorkerProcess process) => new D1Handlers(services.D1).AddTo(new KvHandlers(services.Kv).AddTo(new LinkHandlers()))
        .On<Hello, Part>(LinkMethod.Hello, hello => Task.FromResult(Welcome(hello) with { Slot = process.Slot }))
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
        .On<UsageSamples>(LinkMethod.Usage, services.Usage.AddAsync)
        .On(LinkMethod.RequestLog, async (request, _) =>
        {
            if (services.Log is { } log) await log.WriteAsync(request.Payload);
            return LinkMessage.Empty;
        })
        .OnNotice(LinkMethod.Trace, notice => services.Traces.Publish(LinkRecords.Read<InvocationTrace>(notice)))
        .OnNotice(LinkMethod.Output, notice => Print(notice, isError: false))
        .OnNotice(LinkMethod.ErrorOutput, notice => Print(notice, isError: true));

    private Part Welcome(Hello hello) => hello.Protocol == LinkRecords.Protocol
        ? part
        : throw new LinkException("The program was replaced by another version that this supervisor cannot work with: restart the server.");

    private void Print(ReadOnlySpan<byte> notice, bool isError)
    {
        var text = Encoding.UTF8.GetString(notice).TrimEnd('\n');
        if (!terminal.Offer(isError, _ => text)) terminal.CountLoss();
    }
}
