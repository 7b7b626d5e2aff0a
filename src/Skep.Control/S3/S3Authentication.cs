using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Skep.Abstractions.Catalog;
using Skep.Control.Auth;

namespace Skep.Control.S3;

/// <summary>Who calls: the access key is an API token's id, the secret key the SHA-256 of its secret in hexadecimal digits, as with Cloudflare
/// (https://developers.cloudflare.com/r2/api/tokens/).</summary>
internal sealed class S3Authentication(ITokenStore tokens, RejectionLimiter limiter, TimeProvider time)
{
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const int LongestLife = 604_800;

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    /// <summary>Whether the call is signed as S3's are.</summary>
    public static bool IsSigned(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith(S3Signature.Algorithm, StringComparison.Ordinal) || request.Query.ContainsKey("X-Amz-Algorithm");

    /// <summary>Finds out who calls, and whether they may.</summary>
    /// <exception cref="S3Exception">They may not.</exception>
    public async Task AuthenticateAsync(S3Request request)
    {
        var address = request.Http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (limiter.MustWait(address) is not null) throw new S3Exception(503, "SlowDown", "Too many requests with an invalid signature. Wait a minute.");
        var claim = request.Has("X-Amz-Algorithm") ? FromQuery(request) : FromHeader(request);
        if (claim.Scope is not [var day, var region, "s3", "aws4_request"]) throw new S3Exception(400, "AuthorizationHeaderMalformed", "The credential must be <access key>/<date>/<region>/s3/aws4_request.");
        if (await tokens.FindTokenAsync(claim.AccessKey) is not { } token)
        {
            limiter.Reject(address);
            throw new S3Exception(403, "InvalidAccessKeyId", "The access key does not exist. It is the id of an API token: `skep token list` shows those there are.");
        }

        CheckTime(claim);
        var key = S3Signature.DeriveKey(Convert.ToHexStringLower(token.Hash), day, region, "s3");
        var scope = string.Join('/', claim.Scope);
        var expected = S3Signature.Sign(key, $"{S3Signature.Algorithm}\n{claim.Time}\n{scope}\n{S3Signature.Hash(Encoding.UTF8.GetBytes(Canonical(request, claim)))}");
        if (!S3Signature.AreEqual(expected, claim.Signature))
        {
            limiter.Reject(address);
            throw new S3Exception(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. The secret key is the SHA-256 of the API token in hexadecimal digits.");
        }

        Authorize(token, request);
        request.Token = token;
        request.Signature = new S3Signature(key, claim.Time, scope, claim.Signature, claim.Payload);
    }

    private static void Authorize(ApiToken token, S3Request request)
    {
        if (!token.Scripts.IsEmpty) throw S3Exception.Denied($"Access Denied. The token \"{token.Name}\" is for {string.Join(", ", token.Scripts)} only, not for R2 buckets.");
        if (token.Access < TokenAccess.Edit && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            throw S3Exception.Denied($"Access Denied. The token \"{token.Name}\" may read only.");
    }

    private void CheckTime(Claim claim)
    {
        if (!DateTimeOffset.TryParseExact(claim.Time, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signed) || !claim.Time.StartsWith(claim.Scope[0], StringComparison.Ordinal))
            throw S3Exception.Denied("The date of the signature is missing or malformed.");
        var now = time.GetUtcNow();
        if (claim.Life is { } life)
        {
            if (life is < 1 or > LongestLife) throw new S3Exception(400, "AuthorizationQueryParametersError", "X-Amz-Expires must be between 1 and 604800 seconds.");
            if (now > signed.AddSeconds(life)) throw S3Exception.Denied("Request has expired");
            if (signed > now + Skew) throw S3Exception.Denied("Request is not valid yet");
        }
        else if ((now - signed).Duration() > Skew)
        {
            throw new S3Exception(403, "RequestTimeTooSkewed", "The difference between the request time and the server's time is too large.");
        }
    }

    private static Claim FromHeader(S3Request request)
    {
        var parts = request.Headers.Authorization.ToString()[S3Signature.Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        return Make(
            parts.GetValueOrDefault("Credential"),
            parts.GetValueOrDefault("SignedHeaders"),
            parts.GetValueOrDefault("Signature"),
            request.Header("x-amz-date") ?? (HttpDate(request.Header("date")) ?? ""),
            life: null,
            request.Header("x-amz-content-sha256") ?? S3Signature.Unsigned);
    }

    private static Claim FromQuery(S3Request request)
    {
        if (request.Find("X-Amz-Algorithm") != S3Signature.Algorithm) throw new S3Exception(400, "AuthorizationQueryParametersError", $"X-Amz-Algorithm must be {S3Signature.Algorithm}.");
        return Make(
            request.Find("X-Amz-Credential"),
            request.Find("X-Amz-SignedHeaders"),
            request.Find("X-Amz-Signature"),
            request.Find("X-Amz-Date") ?? "",
            long.TryParse(request.Find("X-Amz-Expires"), NumberStyles.None, CultureInfo.InvariantCulture, out var life) ? life : 0,
            request.Find("X-Amz-Content-Sha256") ?? S3Signature.Unsigned);
    }

    private static Claim Make(string? credential, string? signedHeaders, string? signature, string time, long? life, string payload)
    {
        if (credential is null || signedHeaders is null || signature is null)
            throw new S3Exception(400, "AuthorizationHeaderMalformed", "The signature needs Credential, SignedHeaders and Signature.");
        var parts = credential.Split('/');
        var headers = signedHeaders.Split(';');
        if (!headers.Contains("host", StringComparer.Ordinal)) throw S3Exception.Denied("The header host must be signed.");
        return new Claim(parts[0], parts[1..], headers, signature, time, life, payload);
    }

    private static string? HttpDate(string? text) => Objects.R2Headers.Date(text)?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string Canonical(S3Request request, Claim claim)
    {
        StringBuilder text = new();
        text.Append(request.Method).Append('\n').Append(S3Request.Encode(request.Path, keepSlash: true)).Append('\n');
        text.AppendJoin('&', request.Query.Where(parameter => parameter.Key != "X-Amz-Signature")
            .Select(parameter => $"{S3Request.Encode(parameter.Key)}={S3Request.Encode(parameter.Value)}").Order(StringComparer.Ordinal)).Append('\n');
        foreach (var header in claim.Headers) text.Append(header).Append(':').Append(Value(request.Headers[header])).Append('\n');
        return text.Append('\n').AppendJoin(';', claim.Headers).Append('\n').Append(claim.Payload).ToString();
    }

    // Trimmed, and with single spaces.
    private static string Value(Microsoft.Extensions.Primitives.StringValues values) =>
        string.Join(',', values.Select(value => string.Join(' ', (value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    /// <summary>What a call says of itself.</summary>
    private sealed record Claim(string AccessKey, string[] Scope, string[] Headers, string Signature, string Time, long? Life, string Payload);
}
