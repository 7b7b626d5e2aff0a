using Skep.Abstractions.Channels;

namespace Skep.Edge.Caching;

/// <summary>One request that the cache may answer (RFC 9111, RFC 5861).</summary>
internal sealed class CachedFetch(CachingChannel channel, Subrequest request, FetchCacheRules rules, CacheKey key)
{
    // Of the worker's own request: what the cache is asked for, it asks the origin for whole.
    private static readonly HashSet<string> Conditions = ["range", "if-none-match", "if-modified-since", "if-range", "if-match", "if-unmodified-since"];

    private bool _alone;

    private bool IsHead => request.Method == "HEAD";

    /// <summary>The answer; null when it has to be tried again.</summary>
    public async ValueTask<SubrequestResponse?> TryAnswerAsync(CancellationToken cancellation)
    {
        var now = channel.Now;
        var entry = channel.Store.Find(key, request.Headers);
        if (entry is not null && rules.Ttl != TimeSpan.Zero)
        {
            if (entry.Freshness.StaleAt > now && Respond(entry, CacheStatus.Hit) is { } fresh) return fresh;
            if (entry.Freshness.StaleAt <= now && entry.Freshness.StaleAt + entry.StaleWhileRevalidate > now && Respond(entry, CacheStatus.Updating) is { } stale)
            {
                RevalidateInBackground(entry);
                return stale;
            }
        }

        if (IsHead || _alone) return await AskAloneAsync(entry, cancellation).ConfigureAwait(false);

        // Who wants to hear the origin itself does not take another one's answer.
        if (rules.Ttl == TimeSpan.Zero) return await LeadAsync(new CacheFlight(), entry, cancellation).ConfigureAwait(false);
        var flight = channel.Board(key, out var leads);
        if (leads) return await LeadAsync(flight, entry, cancellation).ConfigureAwait(false);
        var share = await flight.Shared.WaitAsync(cancellation).ConfigureAwait(false);
        if (share?.Invoke(request.Headers) is { } shared) return shared;

        // Nothing to share, or not for these headers. A revalidation that just ended is in the cache now; else everyone asks for himself.
        _alone = true;
        return null;
    }

    private SubrequestResponse? Respond(CacheEntry entry, string status) => channel.Store.Respond(entry, request.Headers, channel.Now, status, IsHead);

    private async ValueTask<SubrequestResponse> AskAloneAsync(CacheEntry? entry, CancellationToken cancellation) =>
        new StatusResponse(await channel.Next.SendAsync(request, cancellation).ConfigureAwait(false), entry is null ? CacheStatus.Miss : CacheStatus.Expired);

    private async ValueTask<SubrequestResponse> LeadAsync(CacheFlight flight, CacheEntry? stale, CancellationToken cancellation)
    {
        var isRecorded = false;
        try
        {
            var response = await AskAsync(flight, stale, cancellation).ConfigureAwait(false);
            isRecorded = response is RecordingResponse;
            return response;
        }
        finally
        {
            // Until what is recorded is in the cache, those who come later join in.
            if (!isRecorded) Land(flight);
        }
    }

    private void Land(CacheFlight flight)
    {
        flight.Tell(null);
        channel.Land(key, flight);
    }

    private void RevalidateInBackground(CacheEntry stale)
    {
        var flight = channel.Board(key, out var leads);
        if (leads) _ = RevalidateAsync(flight, stale);
    }

    private async Task RevalidateAsync(CacheFlight flight, CacheEntry stale)
    {
        try
        {
            await using var response = await LeadAsync(flight, stale, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SubrequestException)
        {
            // The stale response was answered with already; the next request tries again.
        }
    }

    private async ValueTask<SubrequestResponse> AskAsync(CacheFlight flight, CacheEntry? stale, CancellationToken cancellation)
    {
        SubrequestResponse response;
        try
        {
            response = await channel.Next.SendAsync(ToOrigin(stale), cancellation).ConfigureAwait(false);
        }
        catch (SubrequestException) when (MayServeOnError(stale) && Respond(stale!, CacheStatus.Stale) is { } kept)
        {
            return kept;
        }

        if (response.Status >= 500 && MayServeOnError(stale) && Respond(stale!, CacheStatus.Stale) is { } instead)
        {
            await response.DisposeAsync().ConfigureAwait(false);
            return instead;
        }

        List<string> headers = new(32);
        response.CopyHeaders(headers);
        if (response.Status == 304 && stale is not null)
        {
            Refresh(stale, headers);
            await response.DisposeAsync().ConfigureAwait(false);
            if (Respond(stale, CacheStatus.Revalidated) is { } revalidated) return revalidated;
            return await AskAloneAsync(null, cancellation).ConfigureAwait(false);
        }

        var decision = rules.Decide(response.Status, headers, request.Headers, request.Url, channel.Now);
        if (decision is null || response.Body is null || response.BodyLength > channel.Store.LongestBody
            || channel.Store.Describe(key, response.Url, response.Status, response.StatusText, headers, request.Headers, decision) is not { } describe)
            return new StatusResponse(response, decision is null && IsUnkeptStatus(response.Status) ? Missed(stale) : CacheStatus.Bypass);
        return Record(flight, response, headers, describe, Missed(stale));
    }

    private RecordingResponse Record(CacheFlight flight, SubrequestResponse response, List<string> headers, Func<CachedBody, CacheEntry> describe, string status)
    {
        var recorder = channel.Store.NewRecorder();
        var varies = HeaderFields.Members(HeaderFields.Find(headers, "vary")).Select(static name => name.ToLowerInvariant()).ToArray();
        RecordingResponse? Share(List<string> told, string cacheStatus) => recorder.TryOpen(response.BodyLength) is { } body
            ? new(response.Status, response.StatusText, response.Url, told, body, response.BodyLength, cacheStatus)
            : null;
        var own = Share(headers, status)!;

        // Cookies are for the one who asked.
        var common = headers.Chunk(2).Where(static pair => pair[0] != "set-cookie").SelectMany(static pair => pair).ToList();
        flight.Tell(others => Array.TrueForAll(varies, name => HeaderFields.Find(others, name) == HeaderFields.Find(request.Headers, name)) ? Share(common, CacheStatus.Hit) : null);
        _ = KeepAsync(flight, recorder, response, describe);
        return own;
    }

    private async Task KeepAsync(CacheFlight flight, BodyRecorder recorder, SubrequestResponse response, Func<CachedBody, CacheEntry> describe)
    {
        try
        {
            await using (response)
            {
                if (await recorder.RecordAsync(response.Body!, hasReaders: true, CancellationToken.None).ConfigureAwait(false) is { } body)
                    channel.Store.Keep(describe(body), request.Headers);
            }
        }
        catch (Exception broken) when (broken is IOException or SubrequestException or UnauthorizedAccessException)
        {
            // Those who read the body are told; nothing is kept.
        }
        finally
        {
            Land(flight);
        }
    }

    private void Refresh(CacheEntry entry, List<string> headers)
    {
        var now = channel.Now;
        List<string> updated = [.. headers];
        for (var i = 0; i + 1 < entry.Headers.Count; i += 2)
        {
            if (HeaderFields.Find(headers, entry.Headers[i]) is null) updated.AddRange([entry.Headers[i], entry.Headers[i + 1]]);
        }

        var lifetime = rules.Decide(entry.Status, updated, request.Headers, request.Url, now)?.Lifetime ?? TimeSpan.Zero;
        CacheIndex.Refresh(entry, now, lifetime);
    }

    private Subrequest ToOrigin(CacheEntry? stale)
    {
        List<string> headers = new(request.Headers.Count + 4);
        for (var i = 0; i + 1 < request.Headers.Count; i += 2)
        {
            if (!Conditions.Contains(request.Headers[i])) headers.AddRange([request.Headers[i], request.Headers[i + 1]]);
        }

        if (stale is not null && HeaderFields.Find(stale.Headers, "etag") is { } tag) headers.AddRange(["if-none-match", tag]);
        if (stale is not null && HeaderFields.Find(stale.Headers, "last-modified") is { } modified) headers.AddRange(["if-modified-since", modified]);
        return new Subrequest
        {
            Method = request.Method,
            Url = request.Url,
            Headers = headers,
            Redirect = request.Redirect,
            MaxRequests = request.MaxRequests,
            CacheNamespace = request.CacheNamespace,
            Cf = request.Cf,
            Span = request.Span,
        };
    }

    private bool MayServeOnError(CacheEntry? stale) => stale is not null && stale.Freshness.StaleAt + stale.StaleIfError > channel.Now;

    private static bool IsUnkeptStatus(int status) => status is not (200 or 203 or 204 or 300 or 301 or 302 or 303 or 307 or 308 or 404 or 410);

    private static string Missed(CacheEntry? stale) => stale is null ? CacheStatus.Miss : CacheStatus.Expired;
}
