using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skep.Abstractions.Assets;
using Skep.Control.Envelopes;

namespace Skep.Control.Assets;

/// <summary>How assets are served, in the words of the upload API (<c>metadata.assets.config</c>).</summary>
internal static class AssetConfigurationReader
{
    /// <param name="config">As it was uploaded.</param>
    /// <param name="hasWorker">False for a version that is assets only.</param>
    /// <exception cref="ApiException">It is malformed.</exception>
    public static AssetConfiguration Read(JsonObject config, bool hasWorker)
    {
        if (config.OptionalString("base_path") is not (null or "" or "/")) throw ApiException.NotThere("Static assets below a path (assets.base_path)");
        var configuration = new AssetConfiguration
        {
            HtmlHandling = Choice(config, "html_handling", AssetSettings.HtmlHandlings),
            NotFoundHandling = Choice(config, "not_found_handling", AssetSettings.NotFoundHandlings),
            Headers = config.OptionalString("_headers") ?? "",
            Redirects = config.OptionalString("_redirects") ?? "",
        };
        configuration = ReadWorkerFirst(configuration, config["run_worker_first"]);
        if (!hasWorker && (configuration.RunWorkerFirst || !configuration.WorkerFirst.IsEmpty))
            throw ApiException.Invalid("\"assets.run_worker_first\" needs a Worker to run: name its file in \"main\", or remove the setting.");
        Refuse("_headers", HeadersFile.Parse(configuration.Headers).Problems);
        Refuse("_redirects", RedirectsFile.Parse(configuration.Redirects, configuration.HtmlHandling).Problems);
        return configuration;
    }

    private static AssetConfiguration ReadWorkerFirst(AssetConfiguration configuration, JsonNode? given)
    {
        switch (given)
        {
            case null:
                return configuration;
            case JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False:
                return configuration with { RunWorkerFirst = value.GetValue<bool>() };
            case JsonArray rules:
                ImmutableArray<string> patterns = [.. rules.Strings("run_worker_first")];
                if (WorkerFirstRules.Parse(patterns, out var problem) is null) throw ApiException.Invalid(problem);
                return configuration with { WorkerFirst = patterns };
            default:
                throw ApiException.BadRequest("\"run_worker_first\" must be true, false or an array of strings.");
        }
    }

    private static T Choice<T>(JsonObject config, string name, ImmutableDictionary<string, T> values)
        where T : struct
    {
        if (config.OptionalString(name) is not { } given) return default;
        return values.TryGetValue(given, out var value)
            ? value
            : throw ApiException.Invalid($"\"assets.{name}\" is \"{given}\"; it can be {string.Join(", ", values.Keys.Order(StringComparer.Ordinal))}.");
    }

    private static void Refuse(string file, ImmutableArray<FileProblem> problems)
    {
        if (problems.IsEmpty) return;
        throw new ApiException(
            HttpStatusCode.BadRequest,
            new ApiError(ApiErrorCodes.InvalidAssetFile, $"Invalid {file} configuration:\n{string.Join('\n', problems.Take(20).Select(problem => problem.ToString()))}"));
    }
}
