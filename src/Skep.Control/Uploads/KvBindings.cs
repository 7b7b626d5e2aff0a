using System.Collections.Immutable;
using System.Net;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workers;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>Which KV namespaces versions are bound to, and may be.</summary>
internal static class KvBindings
{
    /// <summary>Refuses a version that is bound to a namespace that does not exist, or that the token may not hand out.</summary>
    /// <exception cref="ApiException">It is.</exception>
    public static async Task CheckAsync(WorkerVersion version, ApiRequest request, IKvNamespaces namespaces, ICatalog catalog)
    {
        string[] wanted = [.. version.Bindings.OfType<KvNamespaceBinding>().Select(binding => binding.NamespaceId).Distinct(StringComparer.Ordinal)];
        if (wanted.Length == 0) return;
        foreach (var id in wanted)
        {
            if (await namespaces.FindNamespaceAsync(id) is null)
                throw new ApiException(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.KvBindingMissing, $"KV namespace '{id}' not found. `wrangler kv namespace list` shows those there are."));
        }

        // A token for certain Workers would else read any namespace by binding it to one of them.
        if (request.Token.Scripts.IsEmpty) return;
        var bound = await BoundAsync(catalog, request.Token.Scripts);
        if (wanted.FirstOrDefault(id => !bound.Contains(id)) is { } foreign)
        {
            throw new ApiException(
                HttpStatusCode.Forbidden,
                new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. The token \"{request.Token.Name}\" may not bind the KV namespace {foreign}: none of its Workers is bound to it. Deploy once with a token for the account."));
        }
    }

    /// <summary>The namespaces that the scripts' newest versions are bound to.</summary>
    public static Task<HashSet<string>> BoundAsync(ICatalog catalog, ImmutableArray<string> scripts) =>
        BoundAsync(catalog, scripts, BindingReader.KvNamespace, "namespace_id");

    /// <summary>The resources of a type that the scripts' newest versions are bound to.</summary>
    /// <param name="member">What names the resource.</param>
    public static async Task<HashSet<string>> BoundAsync(ICatalog catalog, ImmutableArray<string> scripts, string type, string member)
    {
        var bound = new HashSet<string>(StringComparer.Ordinal);
        foreach (var script in scripts)
        {
            if (await catalog.ListVersionsAsync(script, 1) is not [var newest, ..]) continue;
            foreach (var binding in BindingMerge.Bindings(newest))
            {
                if (binding.RequiredString("type") == type) bound.Add(binding.RequiredString(member));
            }
        }

        return bound;
    }
}
