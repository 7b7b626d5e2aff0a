using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;
using Skep.Control.Auth;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>Bindings to dispatch namespaces
/// (https://developers.cloudflare.com/cloudflare-for-platforms/workers-for-platforms/configuration/dynamic-dispatch/).</summary>
internal static class DispatchBindings
{
    public const string Type = "dispatch_namespace";

    // Added when the version is uploaded: a namespace that is renamed stays the same.
    private const string Id = "namespace_id";

    public static Binding Read(string name, JsonObject from) => new DispatchNamespaceBinding(
        name, from.RequiredString(Id), OutboundService(from), [.. Parameters(name, from)]);

    /// <summary>The outbound Worker of a stored binding; null when it has none, or is another binding.</summary>
    public static string? OutboundOf(JsonObject binding) => binding.RequiredString("type") == Type ? OutboundService(binding) : null;

    /// <exception cref="ApiException">It is malformed.</exception>
    public static void Check(string name, JsonObject from)
    {
        _ = from.RequiredString("namespace");
        _ = OutboundService(from);
        foreach (var parameter in Parameters(name, from))
        {
            if (parameter.Length == 0) throw ApiException.Invalid($"A parameter of the outbound Worker of \"{name}\" has an empty name.");
        }
    }

    /// <summary>Finds the namespaces, and adds their ids.</summary>
    /// <exception cref="ApiException">One is not there, its outbound Worker is not, or the token may not hand it out.</exception>
    public static async Task ResolveAsync(JsonArray bindings, ApiRequest request, ICatalog catalog)
    {
        foreach (var binding in bindings.Objects("bindings").Where(each => each.RequiredString("type") == Type))
        {
            var (name, given) = (binding.RequiredString("name"), binding.RequiredString("namespace"));
            var found = await catalog.DispatchNamespaces.FindAsync(given) ?? throw new ApiException(HttpStatusCode.BadRequest, new ApiError(
                ApiErrorCodes.DispatchNamespaceNotFound,
                $"The binding \"{name}\" is to the dispatch namespace \"{given}\", which does not exist. Create it: wrangler dispatch-namespace create {given}"));
            var all = UserWorkerName.Of(given, TokenAuthentication.AnyScript);
            if (!request.Token.Scripts.IsEmpty && !request.Token.Scripts.Contains(all, StringComparer.Ordinal))
            {
                throw new ApiException(HttpStatusCode.Forbidden, new ApiError(
                    ApiErrorCodes.NotAllowed,
                    $"Authentication error. The token \"{request.Token.Name}\" may not bind the dispatch namespace {given}: it is not for all of its Workers ({all})."));
            }

            if (OutboundService(binding) is { } outbound && (UserWorkerName.Is(outbound) || await catalog.FindScriptAsync(outbound) is null))
            {
                throw new ApiException(HttpStatusCode.BadRequest, new ApiError(
                    ApiErrorCodes.ServiceNotFound, $"The outbound Worker '{outbound}' of the dispatch namespace binding '{name}' was not found. Deploy it first."));
            }

            binding[Id] = found.Id;
        }
    }

    private static string? OutboundService(JsonObject from) =>
        from.OptionalObject("outbound") is { } outbound
            ? (outbound.OptionalObject("worker") ?? throw ApiException.BadRequest("The \"outbound\" of a dispatch namespace has no \"worker\".")).RequiredString("service")
            : null;

    // wrangler sends objects, the API's reference shows strings.
    private static IEnumerable<string> Parameters(string name, JsonObject from) =>
        (from.OptionalObject("outbound")?.OptionalArray("params") ?? []).Select(each => each switch
        {
            JsonObject parameter => parameter.RequiredString("name"),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            _ => throw ApiException.BadRequest($"Each of the parameters of the outbound Worker of \"{name}\" must be a name."),
        });
}
