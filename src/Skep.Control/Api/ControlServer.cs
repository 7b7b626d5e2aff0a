using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skep.Abstractions.Assets;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Channels;
using Skep.Abstractions.D1;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Workflows;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;
using Skep.Abstractions.Vectors;
using Skep.Abstractions.Objects;
using Skep.Control.Assets;
using Skep.Control.Auth;
using Skep.Control.Calls;
using Skep.Control.D1;
using Skep.Control.Envelopes;
using Skep.Control.Metrics;
using Skep.Control.Queues;
using Skep.Control.S3;
using Skep.Control.Scripts;
using Skep.Control.Uploads;

namespace Skep.Control.Api;

/// <summary>The control plane: Cloudflare's REST API under <c>/client/v4</c>, as far as wrangler and Skep's users need it.</summary>
public sealed class ControlServer : IAsyncDisposable
{
    private const string Root = "/client/v4";

    private readonly WebApplication _application;
    private readonly TokenAuthentication _authentication;
    private readonly ControlOptions _options;
    private readonly ICatalog _catalog;
    private readonly ControlFeeds _feeds;
    private readonly Action<Exception> _onFailure;

    /// <param name="options">Account, address, limits.</param>
    /// <param name="catalog">Where scripts are stored.</param>
    /// <param name="tokens">Who may call.</param>
    /// <param name="feeds">What it shows of what runs.</param>
    /// <param name="cipher">Encrypts secrets.</param>
    /// <param name="kv">The KV namespaces.</param>
    /// <param name="workflows">The Workflows.</param>
    /// <param name="d1">The D1 databases.</param>
    /// <param name="r2">The R2 buckets.</param>
    /// <param name="assets">Takes static assets.</param>
    /// <param name="target">Where versions run.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onFailure">Hears of errors that are no one's but Skep's.</param>
    /// <param name="cache">What is purged; null when nothing can be.</param>
    /// <param name="queues">The queues; null when there are none.</param>
    /// <param name="platform">Further services; null for none.</param>
    /// <param name="objects">What Durable Objects stored; null when there are none.</param>
    public ControlServer(
        ControlOptions options,
        ICatalog catalog,
        ITokenStore tokens,
        ControlFeeds feeds,
        ISecretCipher cipher,
        KvServices kv,
        WorkflowAdministration workflows,
        D1Services d1,
        R2Services r2,
        IAssetUploads assets,
        IDeploymentTarget target,
        TimeProvider time,
        Action<Exception> onFailure,
        ICachePurge? cache = null,
        QueueServices? queues = null,
        PlatformServices? platform = null,
        IObjectStore? objects = null)
    {
        _options = options;
        _catalog = catalog;
        _feeds = feeds;
        _onFailure = onFailure;
        RejectionLimiter limiter = new(options.RejectedTokensPerMinute, time);
        _authentication = new TokenAuthentication(tokens, limiter);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        _application = builder.Build();
        S3Endpoint s3 = new(options, tokens, r2, limiter, time, onFailure);
        _application.Use((context, next) => s3.IsFor(context.Request) ? s3.RunAsync(context) : next(context));
        _application.UseRouting();

        var scripts = new ScriptChanges(catalog, target, time, objects);
        var queueAccess = queues is null ? null : new QueueAccess(queues, catalog);
        var versions = new VersionAssembler(catalog, cipher);
        var uploads = new VersionUploads(options, catalog, cipher, versions, kv.Namespaces, d1.Databases, r2.Buckets, new AssetAttachment(assets), target, time, queueAccess is null ? static (_, _) => Task.CompletedTask : queueAccess.CheckBindingsAsync, platform ?? new PlatformServices());
        var transfers = new D1Transfers(d1, time);
        IEnumerable<ApiEndpoint> ofScripts =
        [
            .. ScriptEndpoints.All(scripts, catalog, uploads, target, queueAccess),
            .. SecretEndpoints.All(scripts, catalog, uploads),
            .. AssetEndpoints.All(assets, time),
        ];
        IEnumerable<ApiEndpoint> endpoints =
        [
            .. ofScripts,
            .. DispatchNamespaceEndpoints.All(scripts, catalog, time),
            .. UserWorkerEndpoints.All(scripts, catalog, uploads, ofScripts),
            .. UserEndpoints.All(options),
            .. ZoneEndpoints.All(options, catalog),
            .. CacheEndpoints.All(cache),
            .. AccountEndpoints.All(options, catalog),
            .. VersionEndpoints.All(scripts, catalog, uploads),
            .. DeploymentEndpoints.All(scripts, catalog),
            .. TriggerEndpoints.All(scripts, catalog),
            .. KvNamespaceEndpoints.All(kv, catalog, time),
            .. KvValueEndpoints.All(kv, time),
            .. KvBulkEndpoints.All(kv, time),
            .. WorkflowEndpoints.All(workflows, catalog, time),
            .. D1DatabaseEndpoints.All(d1, catalog, time),
            .. D1QueryEndpoints.All(d1),
            .. D1TransferEndpoints.All(d1, transfers),
            .. D1TimeTravelEndpoints.All(d1, time),
            .. queueAccess is null ? [] : QueueEndpoints.All(queueAccess, time),
            .. queueAccess is null ? [] : QueueConsumerEndpoints.All(queueAccess, catalog, time),
            .. queueAccess is null ? [] : QueueMessageEndpoints.All(queueAccess),
            .. R2BucketEndpoints.All(r2, catalog, time),
            .. R2ObjectEndpoints.All(r2),
            .. R2RuleEndpoints.All(r2, time),
            .. R2MetricEndpoints.All(r2, time),
            .. R2RefusedEndpoints.All(),
            .. ObjectEndpoints.All(catalog, objects),
            .. ScheduleEndpoints.All(options, scripts, catalog, feeds.Runs),
            .. TailEndpoints.All(catalog, feeds.Tails),
            .. MetricsEndpoints.All(catalog, feeds, time),
            .. platform?.Hyperdrive is { } hyperdrive ? HyperdriveEndpoints.All(hyperdrive, platform.HyperdriveProbe, cipher, time) : [],
            .. platform?.EmailRules is { } rules ? EmailRoutingEndpoints.All(rules, catalog, time) : [],
            .. platform?.Analytics is { } analytics ? AnalyticsEndpoints.All(analytics) : [],
            .. platform is { VectorIndexes: { } indexes, Vectors: { } vectors } ? VectorizeEndpoints.All(indexes, vectors, time) : [],
        ];
        foreach (var endpoint in endpoints) _application.MapMethods(Root + endpoint.Pattern, [endpoint.Method], context => RunAsync(endpoint, context));
        _application.MapGet(TailEndpoints.Socket, context => TailEndpoints.ConnectAsync(context, feeds.Tails, time));
        _application.MapPut(D1TransferEndpoints.Upload, context => D1TransferEndpoints.TakeAsync(context, transfers));
        _application.MapGet(D1TransferEndpoints.Download, context => D1TransferEndpoints.GiveAsync(context, transfers));
        OperatorEndpoints.Map(_application, feeds, _authentication);
        _application.MapFallback("{**path}", NoRouteAsync);
    }

    /// <summary>Where it listens, with the port that was chosen.</summary>
    public Uri Address => new(_application.Urls.First());

    /// <summary>Begins to listen and to answer.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public Task StartAsync(CancellationToken cancellation = default) => _application.StartAsync(cancellation);

    /// <summary>Lets calls in flight end, and stops.</summary>
    public Task StopAsync(CancellationToken cancellation = default)
    {
        // They have no end of their own.
        _feeds.Tails.Close();
        return _application.StopAsync(cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static void Configure(KestrelServerOptions kestrel, ControlOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxUploadBytes;
        kestrel.Listen(options.Listen, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private async Task RunAsync(ApiEndpoint endpoint, HttpContext context)
    {
        try
        {
            var token = await _authentication.AuthenticateAsync(context, endpoint.FindToken);
            TokenAuthentication.Authorize(token, context, endpoint.OnlyReads);
            if (context.Request.RouteValues["account"] is string account && account != _options.AccountId)
                throw NoAccount(account);
            var request = new ApiRequest(context, token)
            {
                DispatchNamespace = context.Request.RouteValues["dispatch"] is string name ? await DispatchNamespaceEndpoints.FindAsync(_catalog, name) : null,
            };
            var result = await endpoint.Handle(request);
            if (!request.IsAnswered) await Envelope.WriteAsync(context, result, request.ResultInfo);
        }
        catch (ApiException refused)
        {
            await Envelope.WriteAsync(context, refused.Status, refused.Errors);
        }
        catch (ObjectStorageException refused)
        {
            await Envelope.WriteAsync(context, HttpStatusCode.InternalServerError, [new ApiError(ApiErrorCodes.Internal, refused.Message)]);
        }
        catch (KvException refused)
        {
            await Envelope.WriteAsync(context, (HttpStatusCode)refused.Status, [new ApiError(ApiErrorCodes.BadRequest, refused.Message)]);
        }
        catch (WorkflowException refused)
        {
            await Envelope.WriteAsync(context, WorkflowRefusals.Status(refused.Problem), [new ApiError(WorkflowRefusals.Code(refused.Problem), refused.Message)]);
        }
        catch (D1Exception failed)
        {
            var code = failed.Status == StatusCodes.Status404NotFound ? ApiErrorCodes.D1DatabaseMissing : ApiErrorCodes.D1Failed;
            await Envelope.WriteAsync(context, (HttpStatusCode)failed.Status, [new ApiError(code, failed.Message)]);
        }
        catch (QueueException refused)
        {
            await Envelope.WriteAsync(context, (HttpStatusCode)refused.Status, [new ApiError(refused.Code, refused.Message)]);
        }
        catch (R2Exception refused)
        {
            await Envelope.WriteAsync(context, (HttpStatusCode)refused.Status, [new ApiError(refused.Code, refused.Message)]);
        }
        catch (VectorException refused)
        {
            await Envelope.WriteAsync(context, (HttpStatusCode)refused.Status, [new ApiError(refused.Code, refused.Message)]);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException broken)
        {
            await Envelope.WriteAsync(context, (HttpStatusCode)broken.StatusCode, [new ApiError(ApiErrorCodes.BadRequest, broken.Message)]);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            _onFailure(failure);
            await Envelope.WriteAsync(
                context, HttpStatusCode.InternalServerError, [new ApiError(ApiErrorCodes.Internal, $"Skep failed: {failure.Message} Its log has more.")]);
        }
    }

    private ApiException NoAccount(string given) => new(
        HttpStatusCode.NotFound,
        new ApiError(
            ApiErrorCodes.CouldNotRoute,
            $"There is no account {given} here. Set CLOUDFLARE_ACCOUNT_ID (or account_id in the wrangler configuration) to {_options.AccountId}."));

    private async Task NoRouteAsync(HttpContext context)
    {
        try
        {
            // Strangers do not learn what is there.
            if (context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal)) await _authentication.AuthenticateAsync(context);
        }
        catch (ApiException refused)
        {
            await Envelope.WriteAsync(context, refused.Status, refused.Errors);
            return;
        }

        var path = context.Request.Path.ToString();
        await Envelope.WriteAsync(
            context,
            HttpStatusCode.NotFound,
            [
                new ApiError(ApiErrorCodes.CouldNotRoute, $"Could not route to {path}: Skep does not have this call ({context.Request.Method}) yet."),
                new ApiError(ApiErrorCodes.NoRoute, "No route for that URI"),
            ]);
    }
}
