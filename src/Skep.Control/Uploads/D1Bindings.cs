using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workers;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>Which D1 databases versions are bound to, and may be.</summary>
internal static class D1Bindings
{
    /// <summary>The id of a binding's database.</summary>
    /// <exception cref="ApiException">It has none; wrangler knows the text.</exception>
    public static string Id(string name, JsonObject from) => from.OptionalString("id") is { Length: > 0 } id
        ? id
        : throw ApiException.Invalid($"binding {name} of type d1 must have a valid `id` specified");

    /// <summary>Refuses a version that is bound to a database that does not exist, or that the token may not hand out.</summary>
    /// <exception cref="ApiException">It is.</exception>
    public static async Task CheckAsync(WorkerVersion version, ApiRequest request, ID1Databases databases, ICatalog catalog)
    {
        D1DatabaseBinding[] wanted = [.. version.Bindings.OfType<D1DatabaseBinding>()];
        if (wanted.Length == 0) return;
        foreach (var binding in wanted)
        {
            // By its id only: a name could become another's.
            if (await databases.FindDatabaseAsync(binding.DatabaseId) is not { } found || found.Id != binding.DatabaseId)
            {
                throw new ApiException(
                    HttpStatusCode.BadRequest,
                    new ApiError(ApiErrorCodes.D1BindingMissing, $"D1 binding '{binding.Name}' references database '{binding.DatabaseId}' which was not found. `wrangler d1 list` shows those there are."));
            }
        }

        // A token for certain Workers would else read any database by binding it to one of them.
        if (request.Token.Scripts.IsEmpty) return;
        var bound = await KvBindings.BoundAsync(catalog, request.Token.Scripts, BindingReader.D1, "id");
        if (wanted.FirstOrDefault(binding => !bound.Contains(binding.DatabaseId)) is { } foreign)
        {
            throw new ApiException(
                HttpStatusCode.Forbidden,
                new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. The token \"{request.Token.Name}\" may not bind the D1 database {foreign.DatabaseId}: none of its Workers is bound to it. Deploy once with a token for the account."));
        }
    }
}
