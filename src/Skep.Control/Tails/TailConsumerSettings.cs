using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Routing;
using Skep.Control.Envelopes;

namespace Skep.Control.Tails;

/// <summary>Which Workers take a script's traces (<c>tail_consumers</c>). As Cloudflare has it, this belongs to the script and not to a
/// version (https://developers.cloudflare.com/workers/observability/logs/tail-workers/).</summary>
public static class TailConsumerSettings
{
    /// <summary>Its name, in uploads and settings.</summary>
    internal const string Name = "tail_consumers";

    /// <summary>Another form of it, which Skep lacks.</summary>
    internal const string Streaming = "streaming_tail_consumers";

    // Every Worker has this environment and no other.
    private const string Production = "production";

    /// <summary>The script's tail Workers.</summary>
    public static ImmutableArray<string> Of(Script script) =>
        [.. ((JsonNode.Parse(script.Settings) as JsonObject)?[Name] as JsonArray ?? []).OfType<JsonObject>().Select(each => each.RequiredString("service"))];

    /// <summary>Refuses tail Workers that cannot be.</summary>
    /// <param name="script">Whose traces they are to take.</param>
    /// <param name="settings">An upload's metadata, or settings.</param>
    /// <param name="catalog">Where scripts are.</param>
    /// <exception cref="ApiException">One is not there, is the script itself, or is streamed to.</exception>
    internal static async Task CheckAsync(string script, JsonObject settings, ICatalog catalog)
    {
        if (settings.OptionalArray(Streaming).Count > 0) throw ApiException.NotThere($"Streaming tail Workers (\"{Streaming}\")");
        foreach (var each in settings.OptionalArray(Name).Objects(Name))
        {
            var service = each.RequiredString("service");
            if (service == script) throw ApiException.Invalid($"The Worker \"{script}\" cannot be its own tail Worker: what it does with its traces would make further ones. Use another Worker.");
            if (UserWorkerName.Is(service) || await catalog.FindScriptAsync(service) is null)
                throw new ApiException(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.ServiceNotFound, $"The tail Worker '{service}' was not found. Deploy it first."));
            if (each.OptionalString("environment") is { Length: > 0 } environment && environment != Production)
            {
                throw new ApiException(HttpStatusCode.BadRequest, new ApiError(
                    ApiErrorCodes.ServiceEnvironmentNotFound, $"The tail Worker '{service}' has no environment '{environment}'."));
            }
        }
    }

    /// <summary>The script with the tail Workers that its upload names; as it is when that names none.</summary>
    internal static Script With(Script script, JsonObject metadata)
    {
        if (!metadata.ContainsKey(Name)) return script;
        var settings = (JsonObject)JsonNode.Parse(script.Settings)!;
        settings[Name] = metadata[Name]?.DeepClone();
        return script with { Settings = settings.ToJsonString() };
    }

    /// <summary>The scripts whose traces a Worker takes.</summary>
    internal static async Task<string[]> ProducersAsync(string consumer, ICatalog catalog) =>
        [.. (await catalog.ListScriptsAsync()).Where(script => Of(script).Contains(consumer, StringComparer.Ordinal)).Select(script => script.Name)];
}
