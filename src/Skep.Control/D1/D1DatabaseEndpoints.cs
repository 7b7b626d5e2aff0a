using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.D1;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Uploads;

namespace Skep.Control.D1;

/// <summary>D1 databases: create, list, describe, delete
/// (https://developers.cloudflare.com/api/resources/d1/subresources/database/).</summary>
internal static partial class D1DatabaseEndpoints
{
    public const string Root = ApiEndpoint.Account + "/d1/database";
    public const string One = Root + "/{database}";

    private const int MostPerPage = 10_000;
    private const int UsualPerPage = 1000;

    // Measuring opens a database: what provisioning lists is too much for that.
    private const int MostMeasured = 100;
    private const string Region = "LOCAL";

    public static IEnumerable<ApiEndpoint> All(D1Services d1, ICatalog catalog, TimeProvider time) =>
    [
        new("GET", Root, request => ListAsync(d1, catalog, request)),
        new("POST", Root, request => CreateAsync(d1, request, time)),
        new("GET", One, async request => DescribeFully(await FindAsync(d1, request), await MeasureAsync(d1, request))),
        new("PUT", One, request => ChangeAsync(d1, request)),
        new("PATCH", One, request => ChangeAsync(d1, request)),
        new("DELETE", One, request => DeleteAsync(d1, request, time)),
    ];

    /// <summary>The database that the path names, by its id or its name.</summary>
    /// <exception cref="ApiException">There is none, or the token is for certain Workers only.</exception>
    public static async Task<D1Database> FindAsync(D1Services d1, ApiRequest request)
    {
        CheckToken(request);
        var wanted = Uri.UnescapeDataString(request.Route("database"));
        return await d1.Databases.FindDatabaseAsync(wanted)
            ?? throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.D1DatabaseMissing, $"The database {wanted} could not be found"));
    }

    private static async Task<JsonNode?> ListAsync(D1Services d1, ICatalog catalog, ApiRequest request)
    {
        var all = await d1.Databases.ListDatabasesAsync();
        if (!request.Token.Scripts.IsEmpty)
        {
            // Whoever may see some Workers only sees what those are bound to.
            var bound = await KvBindings.BoundAsync(catalog, request.Token.Scripts, BindingReader.D1, "id");
            all = [.. all.Where(each => bound.Contains(each.Id))];
        }

        if (request.Query("name") is { } name) all = [.. all.Where(each => each.Name.Contains(name, StringComparison.OrdinalIgnoreCase))];
        var page = Number(request, "page", 1, int.MaxValue);
        var perPage = Number(request, "per_page", UsualPerPage, MostPerPage);
        D1Database[] items = [.. all.Skip((int)Math.Min((page - 1L) * perPage, int.MaxValue)).Take(perPage)];
        request.ResultInfo = new JsonObject { ["page"] = page, ["per_page"] = perPage, ["count"] = items.Length, ["total_count"] = all.Length };
        JsonArray list = [];
        foreach (var item in items) list.Add(Describe(item, perPage <= MostMeasured ? await TryMeasureAsync(d1, item) : null));
        return list;
    }

    private static async Task<JsonNode?> CreateAsync(D1Services d1, ApiRequest request, TimeProvider time)
    {
        CheckToken(request);
        var body = await request.ReadObjectAsync();
        var name = body.RequiredString("name");
        if (!NameForm().IsMatch(name) || Guid.TryParse(name, out _))
            throw ApiException.BadRequest($"\"{name}\" cannot be a database's name: it has up to 64 letters, digits, - and _, begins with a letter or digit, and is no UUID.");
        if (body.OptionalString("jurisdiction") is { } jurisdiction) throw ApiException.NotThere($"The jurisdiction \"{jurisdiction}\" of a D1 database");
        D1Database created = new(Guid.NewGuid().ToString(), name, ApiTime.Now(time));
        // First the file: whatever is in the catalog can be written to.
        await d1.Upkeep.CreateDatabaseAsync(created.Id);
        if (await d1.Databases.AddDatabaseAsync(created, request.Audit(ApiTime.Now(time), "d1.create", created.Id, name)))
            return DescribeFully(created, await d1.Upkeep.MeasureAsync(created.Id));
        await d1.Upkeep.DropDatabaseAsync(created.Id);
        throw new ApiException(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.D1NameTaken, "Database with this name already exists"));
    }

    // Of what can be changed at Cloudflare there is read replication only, and here nothing to replicate to.
    private static async Task<JsonNode?> ChangeAsync(D1Services d1, ApiRequest request)
    {
        var known = await FindAsync(d1, request);
        var body = await request.ReadObjectAsync();
        if (body.OptionalObject("read_replication")?.OptionalString("mode") is { } mode and not "disabled") throw ApiException.NotThere($"Read replication of a D1 database (\"{mode}\")");
        return DescribeFully(known, await d1.Upkeep.MeasureAsync(known.Id));
    }

    private static async Task<JsonNode?> DeleteAsync(D1Services d1, ApiRequest request, TimeProvider time)
    {
        var known = await FindAsync(d1, request);
        await d1.Databases.RemoveDatabaseAsync(known.Id, request.Audit(ApiTime.Now(time), "d1.delete", known.Id, known.Name));
        await d1.Upkeep.DropDatabaseAsync(known.Id);
        return null;
    }

    private static async Task<D1Size?> MeasureAsync(D1Services d1, ApiRequest request) => await TryMeasureAsync(d1, await FindAsync(d1, request));

    // One that cannot be read must not hide the others.
    private static async Task<D1Size?> TryMeasureAsync(D1Services d1, D1Database database)
    {
        try
        {
            return await d1.Upkeep.MeasureAsync(database.Id);
        }
        catch (D1Exception)
        {
            return null;
        }
    }

    private static JsonObject Describe(D1Database one, D1Size? size)
    {
        JsonObject described = new() { ["uuid"] = one.Id, ["name"] = one.Name, ["version"] = "production", ["created_at"] = ApiTime.Text(one.CreatedOn) };
        if (size is not null)
        {
            described["num_tables"] = size.Tables;
            described["file_size"] = size.Bytes;
        }

        described["running_in_region"] = Region;
        return described;
    }

    private static JsonObject DescribeFully(D1Database one, D1Size? size)
    {
        var described = Describe(one, size);
        described["read_replication"] = new JsonObject { ["mode"] = "disabled" };
        return described;
    }

    private static void CheckToken(ApiRequest request)
    {
        if (request.Token.Scripts.IsEmpty) return;
        throw new ApiException(
            HttpStatusCode.Forbidden,
            new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. The token \"{request.Token.Name}\" is for {string.Join(", ", request.Token.Scripts)} only, not for D1 databases."));
    }

    private static int Number(ApiRequest request, string name, int otherwise, int most)
    {
        if (request.Query(name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= most
            ? value
            : throw ApiException.BadRequest($"\"{name}\" must be a number from 1 to {most}, not \"{text}\".");
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", RegexOptions.None, 1000)]
    private static partial Regex NameForm();
}
