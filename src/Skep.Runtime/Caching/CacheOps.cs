using Skep.Abstractions.Channels;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Caching;

/// <summary>Ops of the Cache API (<c>js/cache/ops.ts</c>). Bodies go both ways without entering JavaScript, where it does not make
/// them itself.</summary>
internal static class CacheOps
{
    public static unsafe void Register(OpTable ops)
    {
        ops.Add("cache_match", &Match);
        ops.Add("cache_put", &Put);
        ops.Add("cache_delete", &Delete);
    }

    // The default cache and those with names, each of one worker alone.
    private static CacheKey Key(in OpCall call)
    {
        var worker = UserWorkerName.CacheSpace(call.State<WorkerIsolate>().Worker.Version.Name);
        if (call[0].Kind != JsKind.String && UserWorkerName.Is(call.State<WorkerIsolate>().Worker.Version.Name))
            throw JsException.Plain("caches.default is not available to user Workers of a dispatch namespace: use a cache of your own, caches.open(name).");
        var space = call[0].Kind == JsKind.String ? $"{worker}/{call[0].ToString()}" : worker;
        var url = call[1].ToString();
        var fragment = url.IndexOf('#', StringComparison.Ordinal);
        return new CacheKey(space, fragment < 0 ? url : url[..fragment]);
    }

    private static void Match(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        if (isolate.Worker.Services.Cache?.Match(Key(in call), call[2].ToStringArray()) is not { } response)
        {
            call.ReturnNull();
            return;
        }

        var bodyId = response.Body is { } stream ? isolate.Bodies.Add(new HostBody(stream, response.BodyLength, invocation, response)) : 0;
        List<string> headers = new(32);
        response.CopyHeaders(headers);
        var engine = isolate.Engine;
        call.Return(engine.NewArray(
        [
            response.Status,
            engine.NewString(response.StatusText),
            engine.NewString(""),
            false,
            bodyId,
            (double)(response.BodyLength ?? -1),
            engine.NewStringArray(headers),
            0,
        ]));
    }

    private static void Put(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        var headers = call[5].ToStringArray();
        var body = OutgoingBody.Read(in call, 6, headers);
        CacheCandidate candidate = new()
        {
            Status = call[3].Int32,
            StatusText = call[4].ToString(),
            Headers = headers,
            BodyBytes = body.Bytes,
            BodyStream = body.Stream,
        };
        var (cache, key, requestHeaders) = (isolate.Worker.Services.Cache, Key(in call), call[2].ToStringArray());
        new ServiceOp<bool>(static (_, _) => JsArgument.Undefined)
            .Start(in call, () => PutAsync(cache, key, requestHeaders, candidate, invocation.Cancellation), body.Stream);
    }

    private static async ValueTask<bool> PutAsync(ICacheStore? cache, CacheKey key, string[] requestHeaders, CacheCandidate candidate, CancellationToken cancellation)
    {
        try
        {
            if (cache is not null) return await cache.PutAsync(key, requestHeaders, candidate, cancellation).ConfigureAwait(false);
            if (candidate.BodyStream is { } unread) await unread.CopyToAsync(Stream.Null, cancellation).ConfigureAwait(false);
            return false;
        }
        catch (Exception exception) when (BodyFailure.Is(exception))
        {
            throw BodyFailure.ToJs(exception);
        }
    }

    private static void Delete(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var held = isolate.RequireInvocation().Output is { IsLocked: true };
        var (cache, key) = (isolate.Worker.Services.Cache, Key(in call));
        if (held) HoldDelete(in call, cache, key);
        else call.Return(cache?.Delete(key) ?? false);
    }

    private static void HoldDelete(in OpCall call, ICacheStore? cache, CacheKey key) =>
        new ServiceOp<bool>(static (_, found) => found).Start(in call, () => new ValueTask<bool>(cache?.Delete(key) ?? false));
}
