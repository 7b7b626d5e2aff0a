using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Skep.Abstractions.Objects;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>Durable Object classes that an upload declares by <c>exports</c>: what they are is compared with what there is.</summary>
internal static class DeclaredClasses
{
    private const string Type = "durable-object";

    // wrangler shows the lists, and fails when one is missing.
    private static readonly string[] Lists = ["created", "updated", "deleted", "renamed", "transferred", "transfer_pending", "warnings", "info", "removable_entries"];

    /// <summary>The declared classes, by name.</summary>
    /// <exception cref="ApiException">Something else is declared.</exception>
    public static ImmutableDictionary<string, JsonObject> Read(JsonObject metadata)
    {
        var declared = ImmutableDictionary.CreateBuilder<string, JsonObject>();
        foreach (var (name, _) in metadata.OptionalObject("exports") ?? [])
        {
            var entry = metadata.OptionalObject("exports")!.OptionalObject(name) ?? [];
            if (entry.RequiredString("type") is not Type and var type) throw ApiException.NotThere($"The declared export \"{name}\" of type {type}");
            declared[name] = entry;
        }

        return declared.ToImmutable();
    }

    /// <exception cref="MigrationException">A class cannot become what is declared.</exception>
    public static ClassChange Reconcile(ClassChange known, ImmutableDictionary<string, JsonObject> declared)
    {
        var report = Lists.ToDictionary(list => list, _ => new JsonArray());
        var migration = new ClassMigration(known.Classes, ClassChanges.NewNamespace, static _ => null);
        foreach (var (name, entry) in declared.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            var current = migration.Classes.FirstOrDefault(each => each.ClassName == name);
            switch (entry.OptionalString("state") ?? "created")
            {
                case "created":
                    Create(migration, name, IsSqlite(name, entry), current, declared, report);
                    break;
                case "deleted" when current is null:
                    report["removable_entries"].Add((JsonNode)name);
                    break;
                case "deleted":
                    migration.Apply(new MigrationStep { Deleted = [name] });
                    report["deleted"].Add((JsonNode)name);
                    break;
                case "renamed" when current is null:
                    report["removable_entries"].Add((JsonNode)name);
                    break;
                case "renamed":
                    Rename(migration, name, entry.RequiredString("renamed_to"), report);
                    break;
                case var state:
                    throw ApiException.NotThere($"The state \"{state}\" of the declared class \"{name}\"");
            }
        }

        return known with
        {
            Classes = migration.Classes,
            Deleted = [.. migration.Deleted],
            Reconciliation = new JsonObject(report.Select(list => KeyValuePair.Create(list.Key, (JsonNode?)list.Value))),
        };
    }

    private static void Create(
        ClassMigration migration, string name, bool sqlite, ObjectClass? current, ImmutableDictionary<string, JsonObject> declared, Dictionary<string, JsonArray> report)
    {
        if (current is not null)
        {
            if (current.Sqlite != sqlite) throw new MigrationException(MigrationError.ClassExists, $"The class '{name}' has objects with {Storage(current.Sqlite)} storage, which cannot become {Storage(sqlite)}.");
            return;
        }

        // The class that is renamed to it comes under its own entry.
        if (declared.Any(each => each.Value.OptionalString("state") == "renamed" && each.Value.OptionalString("renamed_to") == name && migration.Classes.Any(known => known.ClassName == each.Key))) return;
        migration.Apply(sqlite ? new MigrationStep { NewSqliteClasses = [name] } : new MigrationStep { NewClasses = [name] });
        report["created"].Add((JsonNode)name);
    }

    private static void Rename(ClassMigration migration, string name, string to, Dictionary<string, JsonArray> report)
    {
        migration.Apply(new MigrationStep { Renamed = [new RenamedClass(name, to)] });
        report["renamed"].Add((JsonNode)new JsonObject { ["from"] = name, ["to"] = to });
    }

    private static bool IsSqlite(string name, JsonObject entry) => entry.OptionalString("storage") switch
    {
        null or "sqlite" => true,
        "legacy-kv" => false,
        var storage => throw ApiException.Invalid($"The declared class \"{name}\" has the unknown storage \"{storage}\". Use \"sqlite\"."),
    };

    private static string Storage(bool sqlite) => sqlite ? "sqlite" : "legacy-kv";
}
