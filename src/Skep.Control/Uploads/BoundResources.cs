using System.Net;
using Skep.Abstractions.Catalog;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>What of the account versions are bound to, and may be.</summary>
internal static class BoundResources
{
    /// <summary>Refuses what does not exist, and what the token may not hand out.</summary>
    /// <param name="request">The upload.</param>
    /// <param name="catalog">The Workers there are.</param>
    /// <param name="type">The bindings' type.</param>
    /// <param name="property">Which of their properties names it.</param>
    /// <param name="what">What it is called, in the singular.</param>
    /// <param name="wanted">The names.</param>
    /// <param name="exists">Whether there is such a one.</param>
    /// <exception cref="ApiException">One is refused.</exception>
    public static async Task CheckAsync(
        ApiRequest request, ICatalog catalog, string type, string property, string what, IReadOnlyCollection<string> wanted, Func<string, ValueTask<bool>> exists)
    {
        if (wanted.Count == 0) return;
        foreach (var each in wanted)
        {
            if (!await exists(each)) throw ApiException.Invalid($"The {what} \"{each}\" does not exist. `wrangler {type} list` shows those there are.");
        }

        // A token for certain Workers would else reach anything by binding it to one of them.
        if (request.Token.Scripts.IsEmpty) return;
        HashSet<string> bound = new(StringComparer.Ordinal);
        foreach (var script in request.Token.Scripts)
        {
            if (await catalog.ListVersionsAsync(script, 1) is not [var newest, ..]) continue;
            foreach (var binding in BindingMerge.Bindings(newest))
            {
                if (binding.RequiredString("type") == type) bound.Add(binding.RequiredString(property));
            }
        }

        if (wanted.FirstOrDefault(each => !bound.Contains(each)) is { } foreign)
        {
            throw new ApiException(
                HttpStatusCode.Forbidden,
                new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. The token \"{request.Token.Name}\" may not bind the {what} {foreign}: none of its Workers is bound to it. Deploy once with a token for the account."));
        }
    }
}
