using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>Bindings of one Worker to another (https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/).</summary>
internal static class ServiceBindings
{
    public const string Type = "service";

    // Every Worker has this environment and no other.
    public const string Production = "production";

    public static Binding Read(string name, JsonObject from) => new ServiceBinding(
        name,
        from.RequiredString("service"),
        from.OptionalString("entrypoint") is { Length: > 0 } entrypoint ? entrypoint : null,
        from["props"]?.ToJsonString());

    /// <summary>Refuses bindings to Workers that are not there.</summary>
    /// <param name="script">The script that is bound: it may bind itself, also by its first upload.</param>
    /// <exception cref="ApiException">A target does not exist.</exception>
    public static async Task CheckAsync(string script, JsonArray bindings, ICatalog catalog)
    {
        foreach (var binding in bindings.Objects("bindings").Where(IsService))
        {
            var (name, service) = (binding.RequiredString("name"), binding.RequiredString("service"));
            // Of a dispatch namespace only its dispatchers have the Workers.
            if (service != script && (UserWorkerName.Is(service) || await catalog.FindScriptAsync(service) is null))
            {
                throw new ApiException(HttpStatusCode.BadRequest, new ApiError(
                    ApiErrorCodes.ServiceNotFound,
                    $"Could not resolve service binding '{name}'. Target script '{service}' not found. Please verify the target script and try again."));
            }

            if (binding.OptionalString("environment") is { Length: > 0 } environment && environment != Production)
            {
                throw new ApiException(HttpStatusCode.BadRequest, new ApiError(
                    ApiErrorCodes.ServiceEnvironmentNotFound,
                    $"Could not resolve service binding '{name}'. Target environment '{environment}' not found for target script '{service}'. Please verify the target and try again."));
            }
        }
    }

    /// <summary>Whether it is such a binding.</summary>
    public static bool IsService(JsonObject binding) => binding.RequiredString("type") == Type;
}
