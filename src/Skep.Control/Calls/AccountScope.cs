using System.Net;
using Skep.Control.Envelopes;

namespace Skep.Control.Calls;

/// <summary>What belongs to the account and not to a Worker.</summary>
internal static class AccountScope
{
    /// <summary>Refuses tokens that are for certain Workers only.</summary>
    /// <param name="request">The call.</param>
    /// <param name="what">What it is about, in the plural.</param>
    /// <exception cref="ApiException">The token is for certain Workers.</exception>
    public static void Require(ApiRequest request, string what)
    {
        if (request.Token.Scripts.IsEmpty) return;
        throw new ApiException(
            HttpStatusCode.Forbidden,
            new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. The token \"{request.Token.Name}\" is for {string.Join(", ", request.Token.Scripts)} only, not for {what}."));
    }
}
