using System.Net;
using Microsoft.AspNetCore.Http;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;
using Skep.Control.Envelopes;

namespace Skep.Control.Auth;

/// <summary>Who calls, and whether they may.</summary>
internal sealed class TokenAuthentication(ITokenStore tokens, RejectionLimiter limiter)
{
    private const string Scheme = "Bearer ";

    /// <summary>The token of the call.</summary>
    /// <param name="find">Where it is looked for by the hash of its secret, if not among the account's.</param>
    /// <exception cref="ApiException">There is none, it is unknown, or its address has guessed too often.</exception>
    public async Task<ApiToken> AuthenticateAsync(HttpContext context, Func<ReadOnlyMemory<byte>, ValueTask<ApiToken?>>? find = null)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (limiter.MustWait(address) is { } wait)
        {
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            throw new ApiException(
                HttpStatusCode.TooManyRequests, new ApiError(ApiErrorCodes.TooManyRequests, "Too many requests with an invalid token. Wait a minute."));
        }

        if (Secret(context.Request) is { } secret && await (find ?? tokens.FindByHashAsync)(TokenSecret.Hash(secret)) is { } token) return token;
        limiter.Reject(address);
        throw new ApiException(
            HttpStatusCode.Unauthorized,
            find is not null
                ? new ApiError(ApiErrorCodes.InvalidToken, "Invalid or expired upload token: it is the one that assets-upload-session gave, and lasts an hour.")
                : new ApiError(ApiErrorCodes.InvalidToken, "Invalid access token. Set CLOUDFLARE_API_TOKEN to a token of this Skep: `skep token create` makes one."));
    }

    /// <summary>Refuses what the token was not made for.</summary>
    /// <param name="token">Who calls.</param>
    /// <param name="context">The call.</param>
    /// <param name="onlyReads">Whether it changes nothing.</param>
    public static void Authorize(ApiToken token, HttpContext context, bool onlyReads)
    {
        if (!onlyReads && token.Access < TokenAccess.Edit)
            throw NotAllowed($"The token \"{token.Name}\" may read only.");
        if (token.Scripts.IsEmpty) return;
        var script = context.Request.RouteValues["script"] as string;
        if (context.Request.RouteValues["dispatch"] is string dispatch)
        {
            // Of a namespace as a whole only a token for all of it may know.
            if (token.Scripts.Contains(UserWorkerName.Of(dispatch, AnyScript), StringComparer.Ordinal)) return;
            script = UserWorkerName.Of(dispatch, script ?? AnyScript);
        }

        if (script is null) return;
        if (!token.Scripts.Contains(script, StringComparer.Ordinal))
            throw NotAllowed($"The token \"{token.Name}\" is for {string.Join(", ", token.Scripts)} only, not for {script}.");
    }

    /// <summary>Stands for all scripts of a dispatch namespace among those that a token is for.</summary>
    public const string AnyScript = "*";

    private static ApiException NotAllowed(string why) => new(HttpStatusCode.Forbidden, new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. {why}"));

    /// <summary>The secret that the call was made with, or null.</summary>
    public static string? Secret(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return authorization[Scheme.Length..].Trim();
        return request.Headers.TryGetValue("X-Auth-Key", out var key) ? key.ToString() : null;
    }
}
