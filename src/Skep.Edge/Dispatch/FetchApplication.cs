using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Skep.Abstractions.Workers;
using Skep.Edge.Routing;
using Skep.Edge.Triggers;

namespace Skep.Edge.Dispatch;

/// <summary>What Kestrel runs for every request: route it, hand it over, be called back at its end. There is no middleware,
/// no HttpContext and, when the worker answers at once, no task.</summary>
internal sealed class FetchApplication(IWorkerRouter router, DispatchOptions options, NonAsciiHeaders nonAsciiHeaders)
    : IHttpApplication<KestrelFetchEvent>
{
    private readonly CancellationTokenSource _goingDown = new();

    public DispatchOptions Options { get; } = options;

    public bool HasTrustedProxies { get; } = !options.TrustedProxies.IsEmpty;

    public NonAsciiHeaders NonAsciiHeaders { get; } = nonAsciiHeaders;

    public CfProperties Cf { get; } = new(options);

    public ErrorResponses Errors { get; } = new(options);

    /// <summary>The way to the servers behind zones; null when none has one.</summary>
    public OriginPassThrough? Origins { get; } =
        options is { OriginChannel: { } channel, Origins.IsEmpty: false } ? new(channel, options.Origins, options.OriginTimeout) : null;

    /// <summary>True while the server goes down: every response then closes its connection.</summary>
    public bool Draining => _goingDown.IsCancellationRequested;

    /// <summary>Signals the same to what has no end of its own.</summary>
    public CancellationToken GoingDown => _goingDown.Token;

    /// <summary>The server goes down.</summary>
    public Task GoDownAsync() => _goingDown.CancelAsync();

    public KestrelFetchEvent CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<KestrelFetchEvent> container)
            return new KestrelFetchEvent(this, contextFeatures);
        return container.HostContext ??= new KestrelFetchEvent(this, contextFeatures);
    }

    public Task ProcessRequestAsync(KestrelFetchEvent context)
    {
        if (!context.TryBegin())
            return ErrorResponses.BadRequest(context);
        string path = context.PathAndQuery!;
        if (path.Length > Options.MaxUrlLength)
            return Errors.UrlTooLong(context);
        if (context.BodyLength > Options.MaxRequestBodyBytes)
            return Errors.BodyTooLarge(context);
        if (Options.TriggerEndpoints && HandlerTriggers.Find(path) is { } prepare)
            return RunTrigger(context, prepare);

        while (router.Resolve(context.RoutingRequest) is { } routed)
        {
            if (!routed.TryEnter())
                continue;
            try
            {
                return context.Dispatch(routed.Worker);
            }
            finally
            {
                routed.Leave();
            }
        }

        return Origins?.CanForward(context) == true ? context.ForwardWithoutWorkerAsync() : ErrorResponses.UnknownHost(context, router);
    }

    public void DisposeContext(KestrelFetchEvent context, Exception? exception)
    {
    }

    private async Task RunTrigger(KestrelFetchEvent context, HandlerTriggers.Prepare prepare)
    {
        Func<IWorker, Task<TriggerResult>> start = await prepare(context.PathAndQuery!, context.Body);
        while (router.Resolve(context.RoutingRequest) is { } routed)
        {
            if (!routed.TryEnter())
                continue;
            Task<TriggerResult> run;
            try
            {
                run = start(routed.Worker);
            }
            finally
            {
                routed.Leave();
            }

            TriggerResult result = await run;
            context.WriteText(result.Status, "text/plain; charset=utf-8", result.Text);
            context.EndWithoutWorker();
            return;
        }

        await ErrorResponses.UnknownHost(context, router);
    }
}
