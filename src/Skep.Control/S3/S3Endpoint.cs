using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.R2;
using Skep.Control.Auth;

namespace Skep.Control.S3;

/// <summary>The S3 API of R2 buckets (https://developers.cloudflare.com/r2/api/s3/api/), on the control plane's port: what is signed as S3's calls
/// are, or comes to the account's host.</summary>
internal sealed class S3Endpoint
{
    private readonly ControlOptions _options;
    private readonly S3Authentication _authentication;
    private readonly S3Cors _cors;
    private readonly Action<Exception> _onFailure;
    private readonly S3Route[] _routes;

    public S3Endpoint(ControlOptions options, ITokenStore tokens, R2Services r2, RejectionLimiter limiter, TimeProvider time, Action<Exception> onFailure)
    {
        _options = options;
        _onFailure = onFailure;
        _authentication = new S3Authentication(tokens, limiter, time);
        _cors = new S3Cors(r2);
        S3Buckets buckets = new(r2, options, time);
        S3Objects objects = new(r2, buckets);
        S3Lists lists = new(r2, buckets);
        S3Uploads uploads = new(r2, buckets, objects);
        _routes =
        [
            new(S3Level.Service, "GET", null, buckets.ListAsync),
            new(S3Level.Bucket, "GET", "location", buckets.LocationAsync),
            new(S3Level.Bucket, "GET", "versioning", buckets.VersioningAsync),
            new(S3Level.Bucket, "GET", "uploads", buckets.ListUploadsAsync),
            new(S3Level.Bucket, "GET", null, lists.ListAsync),
            new(S3Level.Bucket, "HEAD", null, buckets.HeadAsync),
            new(S3Level.Bucket, "PUT", null, buckets.CreateAsync),
            new(S3Level.Bucket, "DELETE", null, buckets.DeleteAsync),
            new(S3Level.Bucket, "POST", "delete", objects.DeleteManyAsync),
            new(S3Level.Object, "GET", "uploadId", uploads.ListPartsAsync),
            new(S3Level.Object, "GET", null, objects.GetAsync),
            new(S3Level.Object, "HEAD", null, objects.GetAsync),
            new(S3Level.Object, "PUT", "uploadId", uploads.PutPartAsync),
            new(S3Level.Object, "PUT", null, objects.PutAsync),
            new(S3Level.Object, "POST", "uploads", uploads.CreateAsync),
            new(S3Level.Object, "POST", "uploadId", uploads.CompleteAsync),
            new(S3Level.Object, "DELETE", "uploadId", uploads.AbortAsync),
            new(S3Level.Object, "DELETE", null, objects.DeleteAsync),
        ];
    }

    // What a bucket or object can be asked for that is not there: without this the call would be taken for another.
    private static readonly HashSet<string> NotThere = new(StringComparer.Ordinal)
    {
        "accelerate", "acl", "analytics", "attributes", "cors", "encryption", "intelligent-tiering", "inventory", "legal-hold", "lifecycle", "logging", "metrics",
        "notification", "object-lock", "ownershipControls", "policy", "policyStatus", "publicAccessBlock", "replication", "requestPayment", "restore", "retention",
        "select", "tagging", "torrent", "versions", "website", "versionId",
    };

    /// <summary>Whether the call is for this API.</summary>
    public bool IsFor(HttpRequest request) =>
        S3Authentication.IsSigned(request) || S3Request.IsHostOf(_options.AccountId, request.Host.Host)
        || (S3Cors.IsPreflight(request) && !request.Path.StartsWithSegments("/client", StringComparison.Ordinal));

    /// <summary>Answers a call.</summary>
    public async Task RunAsync(HttpContext http)
    {
        http.TraceIdentifier = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        http.Response.Headers["x-amz-request-id"] = http.TraceIdentifier;
        try
        {
            await AnswerAsync(S3Request.Read(http, _options.AccountId));
        }
        catch (S3Exception refused) when (!http.Response.HasStarted)
        {
            await RefuseAsync(http, refused);
        }
        catch (R2Exception refused) when (!http.Response.HasStarted)
        {
            await RefuseAsync(http, S3Exception.Of(refused));
        }
        catch (BadHttpRequestException broken) when (!http.Response.HasStarted)
        {
            await RefuseAsync(http, new S3Exception(broken.StatusCode, "InvalidRequest", broken.Message));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            _onFailure(failure);
            await RefuseAsync(http, new S3Exception(500, "InternalError", "We encountered an internal error. Please try again. The server's log has more."));
        }
    }

    private async Task AnswerAsync(S3Request request)
    {
        if (S3Cors.IsPreflight(request.Http.Request))
        {
            await _cors.AnswerAsync(request);
            return;
        }

        await _cors.AllowAsync(request);
        if (!S3Authentication.IsSigned(request.Http.Request)) throw S3Exception.Denied("Access Denied. Calls must be signed: there are no public buckets.");
        await _authentication.AuthenticateAsync(request);
        var level = request.Bucket.Length == 0 ? S3Level.Service : request.Key.Length == 0 ? S3Level.Bucket : S3Level.Object;
        foreach (var (name, _) in request.Query)
        {
            if (NotThere.Contains(name)) throw S3Exception.NotImplemented($"\"{name}\" of buckets and objects");
        }

        var route = _routes.FirstOrDefault(each => each.Level == level && each.Method == request.Method && (each.Parameter is null || request.Has(each.Parameter)))
            ?? throw new S3Exception(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
        await route.Run(request);
    }

    private static Task RefuseAsync(HttpContext http, S3Exception refused)
    {
        // What was said of an answer that there is none of now.
        foreach (var header in (string[])["Content-Range", "Content-Encoding", "ETag", "Last-Modified"]) http.Response.Headers.Remove(header);
        // The rest of a body that was refused is not read: the connection is of no more use.
        if (refused.Status >= 400 && http.Request.ContentLength is not (null or 0)) http.Response.Headers.Connection = "close";
        return S3Xml.WriteAsync(http, refused);
    }

    private enum S3Level
    {
        Service,
        Bucket,
        Object,
    }

    /// <summary>What a call leads to.</summary>
    /// <param name="Parameter">The parameter that makes it this one; null for any other.</param>
    private sealed record S3Route(S3Level Level, string Method, string? Parameter, Func<S3Request, Task> Run);
}
