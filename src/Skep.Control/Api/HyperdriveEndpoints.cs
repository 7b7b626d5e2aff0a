using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Hyperdrive;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>Hyperdrive configurations: create, list, get, update, delete
/// (https://developers.cloudflare.com/api/resources/hyperdrive/subresources/configs/).</summary>
internal static class HyperdriveEndpoints
{
    private const string Root = ApiEndpoint.Account + "/hyperdrive/configs";
    private const string One = Root + "/{config}";

    public static IEnumerable<ApiEndpoint> All(IHyperdriveConfigs configs, IHyperdriveProbe? probe, ISecretCipher cipher, TimeProvider time) =>
    [
        new("GET", Root, async request =>
        {
            AccountScope.Require(request, "Hyperdrive configurations");
            var all = await configs.ListConfigsAsync();
            request.ResultInfo = new JsonObject { ["page"] = 1, ["per_page"] = Math.Max(all.Length, 1), ["count"] = all.Length, ["total_count"] = all.Length, ["total_pages"] = 1 };
            return request.Query("page") is null or "1" ? new JsonArray([.. all.Select(Describe)]) : new JsonArray();
        }),
        new("POST", Root, async request =>
        {
            AccountScope.Require(request, "Hyperdrive configurations");
            var made = HyperdriveBody.Create(await request.ReadObjectAsync(), Guid.NewGuid().ToString("N"), cipher, ApiTime.Now(time));
            return await PutAsync(configs, probe, cipher, request, made, "hyperdrive.create");
        }),
        new("GET", One, async request => Describe(await FindAsync(configs, request))),
        new("PUT", One, async request =>
        {
            var known = await FindAsync(configs, request);
            var made = HyperdriveBody.Create(await request.ReadObjectAsync(), known.Id, cipher, ApiTime.Now(time)) with { CreatedOn = known.CreatedOn };
            return await PutAsync(configs, probe, cipher, request, made, "hyperdrive.update");
        }),
        new("PATCH", One, async request =>
        {
            var known = await FindAsync(configs, request);
            return await PutAsync(configs, probe, cipher, request, HyperdriveBody.Change(known, await request.ReadObjectAsync(), cipher, ApiTime.Now(time)), "hyperdrive.update");
        }),
        new("DELETE", One, async request =>
        {
            var known = await FindAsync(configs, request);
            await configs.RemoveConfigAsync(known.Id, request.Audit(ApiTime.Now(time), "hyperdrive.delete", known.Id, known.Name));
            return null;
        }),
    ];

    private static async Task<HyperdriveConfig> FindAsync(IHyperdriveConfigs configs, ApiRequest request)
    {
        AccountScope.Require(request, "Hyperdrive configurations");
        return await configs.FindConfigAsync(request.Route("config"))
            ?? throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.HyperdriveMissing, $"There is no Hyperdrive configuration {request.Route("config")}."));
    }

    private static async Task<JsonNode?> PutAsync(
        IHyperdriveConfigs configs, IHyperdriveProbe? probe, ISecretCipher cipher, ApiRequest request, HyperdriveConfig config, string action)
    {
        try
        {
            // As with Cloudflare: what does not work is not stored.
            if (probe is not null) await probe.CheckAsync(config.Origin(cipher), request.Http.RequestAborted);
        }
        catch (HyperdriveException failed)
        {
            throw new ApiException(HttpStatusCode.BadRequest, new ApiError(failed.Code, failed.Message));
        }

        return await configs.PutConfigAsync(config, request.Audit(config.ModifiedOn, action, config.Id, config.Name))
            ? Describe(config)
            : throw new ApiException(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.HyperdriveNameTaken, $"A Hyperdrive configuration named \"{config.Name}\" exists already."));
    }

    private static JsonObject Describe(HyperdriveConfig config)
    {
        var described = new JsonObject
        {
            ["id"] = config.Id,
            ["name"] = config.Name,
            ["origin"] = new JsonObject
            {
                ["host"] = config.Host,
                ["port"] = config.Port,
                ["database"] = config.Database,
                ["scheme"] = config.Scheme,
                ["user"] = config.User,
            },
            ["caching"] = JsonNode.Parse(config.Caching),
            ["created_on"] = ApiTime.Text(config.CreatedOn),
            ["modified_on"] = ApiTime.Text(config.ModifiedOn),
            ["origin_connection_limit"] = config.Connections ?? HyperdriveOrigin.UsualConnections,
        };
        if (config.SslMode is { } mode) described["mtls"] = new JsonObject { ["sslmode"] = mode };
        return described;
    }
}
