using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Skep.Abstractions.Vectors;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>Vectorize's API, version 2 (https://developers.cloudflare.com/api/resources/vectorize/).</summary>
internal static class VectorizeEndpoints
{
    private const string Root = ApiEndpoint.Account + "/vectorize/v2/indexes";
    private const string One = Root + "/{index}";
    private const int MostMetadataIndexes = 10;
    private const int MostBytes = 100 << 20;
    private const int LongestDescription = 1024;

    public static IEnumerable<ApiEndpoint> All(IVectorIndexes indexes, IVectorStore store, TimeProvider time) =>
    [
        new("GET", Root, async request => new JsonArray([.. (await Allowed(request, indexes).ListAsync()).Select(Describe)])),
        new("POST", Root, request => CreateAsync(Allowed(request, indexes), request, time)),
        new("GET", One, async request => Describe(await FindAsync(indexes, request))),
        new("DELETE", One, async request =>
        {
            var name = (await FindAsync(indexes, request)).Name;
            await indexes.DropAsync(name);
            return null;
        }),
        new("GET", One + "/info", async request => await AskAsync(indexes, store, request, VectorOperation.Describe, default)),
        new("GET", One + "/list", async request => await AskAsync(indexes, store, request, VectorOperation.List, ListQuery(request))),
        new("POST", One + "/insert", async request => await AskAsync(indexes, store, request, VectorOperation.Insert, await VectorsAsync(request))),
        new("POST", One + "/upsert", async request => await AskAsync(indexes, store, request, VectorOperation.Upsert, await VectorsAsync(request))),
        new("POST", One + "/query", async request => await AskAsync(indexes, store, request, VectorOperation.Query, await BodyAsync(request))) { OnlyReads = true },
        new("POST", One + "/get_by_ids", async request => await AskAsync(indexes, store, request, VectorOperation.GetByIds, await BodyAsync(request))) { OnlyReads = true },
        new("POST", One + "/delete_by_ids", async request => await AskAsync(indexes, store, request, VectorOperation.DeleteByIds, await BodyAsync(request))),
        new("GET", One + "/metadata_index/list", async request => new JsonObject
        {
            ["metadataIndexes"] = new JsonArray([.. (await FindAsync(indexes, request)).MetadataIndexes.Select(each => new JsonObject { ["propertyName"] = each.Key, ["indexType"] = Title(each.Value) })]),
        }),
        new("POST", One + "/metadata_index/create", request => ChangeAsync(indexes, request, time, Indexed)),
        new("POST", One + "/metadata_index/delete", request => ChangeAsync(indexes, request, time, static (known, name, _) =>
            known.Remove(name) is var rest && rest.Count < known.Count ? rest : throw VectorException.Invalid($"There is no metadata index for \"{name}\"."))),
    ];

    private static IVectorIndexes Allowed(ApiRequest request, IVectorIndexes indexes)
    {
        AccountScope.Require(request, "Vectorize indexes");
        return indexes;
    }

    private static async Task<VectorIndex> FindAsync(IVectorIndexes indexes, ApiRequest request) =>
        await Allowed(request, indexes).FindAsync(request.Route("index")) ?? throw VectorException.NoIndex(request.Route("index"));

    private static async Task<JsonNode?> CreateAsync(IVectorIndexes indexes, ApiRequest request, TimeProvider time)
    {
        var body = await request.ReadObjectAsync();
        var name = body.RequiredString("name");
        if (!VectorIndex.IsName(name)) throw VectorException.Invalid($"\"{name}\" is no name for an index: use up to 64 lower-case letters, digits and hyphens, beginning with a letter.");
        var configuration = body.OptionalObject("config") ?? throw VectorException.Invalid("\"config\" is missing: dimensions and metric.");
        var (dimensions, metric) = configuration.OptionalString("preset") is { } preset
            ? VectorPresets.Find(preset) ?? throw VectorException.Invalid($"There is no preset \"{preset}\". Say dimensions and metric.")
            : (configuration.OptionalNumber("dimensions") is >= 1 and <= VectorIndex.MostDimensions and var width && width % 1 == 0 ? (int)width : throw VectorException.Invalid($"\"dimensions\" must be a whole number from 1 to {VectorIndex.MostDimensions}."),
                VectorMetrics.Find(configuration.RequiredString("metric")) ?? throw VectorException.Invalid("\"metric\" must be cosine, euclidean or dot-product."));
        var description = body.OptionalString("description") ?? "";
        if (description.Length > LongestDescription) throw VectorException.Invalid($"The description has more than {LongestDescription} characters.");
        VectorIndex made = new(name, description, dimensions, metric, ApiTime.Now(time), ApiTime.Now(time));
        return await indexes.CreateAsync(made)
            ? Describe(made)
            : throw new VectorException(409, 3002, $"vectorize.index.duplicate_name: an index named \"{name}\" exists already.");
    }

    private static async Task<JsonNode?> ChangeAsync(
        IVectorIndexes indexes, ApiRequest request, TimeProvider time, Func<ImmutableSortedDictionary<string, string>, string, JsonObject, ImmutableSortedDictionary<string, string>> change)
    {
        var index = await FindAsync(indexes, request);
        var body = await request.ReadObjectAsync();
        await indexes.UpdateAsync(index with { MetadataIndexes = change(index.MetadataIndexes, body.RequiredString("propertyName"), body), ModifiedOn = ApiTime.Now(time) });
        return new JsonObject { ["mutationId"] = Guid.NewGuid().ToString() };
    }

    private static ImmutableSortedDictionary<string, string> Indexed(ImmutableSortedDictionary<string, string> known, string name, JsonObject body)
    {
        var type = body.RequiredString("indexType").ToLowerInvariant();
        if (type is not ("string" or "number" or "boolean")) throw VectorException.Invalid("\"indexType\" must be string, number or boolean.");
        if (name.Length == 0) throw VectorException.Invalid("\"propertyName\" is empty.");
        return known.Count < MostMetadataIndexes || known.ContainsKey(name) ? known.SetItem(name, type) : throw VectorException.Invalid($"An index has at most {MostMetadataIndexes} metadata indexes.");
    }

    private static async Task<JsonNode?> AskAsync(IVectorIndexes indexes, IVectorStore store, ApiRequest request, VectorOperation operation, ReadOnlyMemory<byte> body)
    {
        var index = await FindAsync(indexes, request);
        return JsonNode.Parse((await store.CallAsync(index.Name, operation, body, request.Http.RequestAborted)).Span);
    }

    private static ReadOnlyMemory<byte> ListQuery(ApiRequest request)
    {
        JsonObject query = [];
        if (request.Query("count") is { } text)
            query["count"] = int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count) ? count : throw VectorException.Invalid($"\"count\" must be a number, not \"{text}\".");
        if (request.Query("cursor") is { } cursor) query["cursor"] = cursor;
        return Encoding.UTF8.GetBytes(query.ToJsonString());
    }

    // A form with a file, or the lines themselves.
    private static async Task<ReadOnlyMemory<byte>> VectorsAsync(ApiRequest request)
    {
        if (request.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MostBytes;
        if (!request.Http.Request.HasFormContentType) return await BodyAsync(request);
        var form = await request.Http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = MostBytes, ValueLengthLimit = MostBytes }, request.Http.RequestAborted);
        if (form.Files["vectors"] is not { } file) return form.TryGetValue("vectors", out var text) ? Encoding.UTF8.GetBytes(text.ToString()) : throw VectorException.Invalid("The form has no \"vectors\".");
        using MemoryStream lines = new((int)file.Length);
        await file.CopyToAsync(lines, request.Http.RequestAborted);
        return lines.ToArray();
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(ApiRequest request)
    {
        using MemoryStream body = new();
        await request.Http.Request.Body.CopyToAsync(body, request.Http.RequestAborted);
        return body.ToArray();
    }

    private static string Title(string type) => char.ToUpperInvariant(type[0]) + type[1..];

    private static JsonObject Describe(VectorIndex index) => new()
    {
        ["name"] = index.Name,
        ["description"] = index.Description,
        ["config"] = new JsonObject { ["dimensions"] = index.Dimensions, ["metric"] = index.Metric.Name() },
        ["created_on"] = ApiTime.Text(index.CreatedOn),
        ["modified_on"] = ApiTime.Text(index.ModifiedOn),
    };
}
