using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Objects;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>Reads what an upload does to a script's Durable Object classes: <c>migrations</c>, or their declaration by <c>exports</c>.</summary>
internal sealed class ClassChanges(ICatalog catalog)
{
    /// <exception cref="ApiException">It is malformed, does not follow what was done before, or cannot be carried out.</exception>
    public async Task<ClassChange> ReadAsync(string name, Script? script, JsonObject metadata, bool deploys)
    {
        var known = new ClassChange(script?.ObjectClasses ?? [], script?.MigrationTag);
        var migrations = metadata.OptionalObject("migrations");
        var exports = DeclaredClasses.Read(metadata);
        if (migrations is null or { Count: 0 } && exports.IsEmpty) return known;
        if (!deploys)
        {
            throw Refused(
                ApiErrorCodes.MigrationInVersion,
                "Version upload failed. You attempted to upload a version of a Worker that includes a Durable Object migration, but migrations must be fully applied by running "
                + "\"wrangler deploy\". See https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/#gradual-deployments-for-durable-objects");
        }

        if (migrations is { Count: > 0 } && !exports.IsEmpty) throw ApiException.Invalid("An upload may have \"migrations\" or declare Durable Objects by \"exports\", not both.");
        try
        {
            return migrations is { Count: > 0 } ? await MigrateAsync(name, known, migrations) : DeclaredClasses.Reconcile(known, exports);
        }
        catch (MigrationException refused)
        {
            throw Refused(ApiErrorCodes.MigrationRefused, refused.Message);
        }
    }

    public static ApiException Refused(int code, string message) => new(HttpStatusCode.BadRequest, new ApiError(code, message));

    /// <summary>A new namespace's id.</summary>
    public static string NewNamespace(string className) => Guid.NewGuid().ToString("N");

    private async Task<ClassChange> MigrateAsync(string name, ClassChange known, JsonObject migrations)
    {
        var old = migrations.OptionalString("old_tag");
        if ((old ?? "") != (known.Tag ?? ""))
            throw Refused(ApiErrorCodes.MigrationTag, known.Tag is { Length: > 0 } tag ? $"Migration tag precondition failed; current tag is {tag}" : "Migration tag precondition failed; there is no current tag");
        // Older clients send the one step without a list around it.
        var steps = migrations.ContainsKey("steps") ? migrations.OptionalArray("steps").Objects("steps").ToList() : [migrations];
        var others = new Dictionary<string, Script>(StringComparer.Ordinal);
        var read = steps.ConvertAll(MigrationReader.Read);
        foreach (var owner in read.SelectMany(step => step.Transferred).Select(each => each.FromScript).Distinct(StringComparer.Ordinal))
        {
            if (owner == name) throw ApiException.Invalid($"A class cannot be transferred from the script '{owner}' to itself; rename it.");
            others[owner] = await catalog.FindScriptAsync(owner) ?? throw Refused(ApiErrorCodes.MigrationRefused, $"Cannot apply transferred-class migration: the script '{owner}' does not exist.");
        }

        var migration = new ClassMigration(known.Classes, NewNamespace, Take);
        foreach (var step in read) migration.Apply(step);
        return new ClassChange(migration.Classes, migrations.OptionalString("new_tag") ?? known.Tag) { Others = [.. others.Values], Deleted = [.. migration.Deleted] };

        ObjectClass? Take(TransferredClass transferred)
        {
            var other = others[transferred.FromScript];
            if (other.ObjectClasses.FirstOrDefault(each => each.ClassName == transferred.From) is not { } taken) return null;
            others[transferred.FromScript] = other with { ObjectClasses = other.ObjectClasses.Remove(taken) };
            return taken;
        }
    }
}
