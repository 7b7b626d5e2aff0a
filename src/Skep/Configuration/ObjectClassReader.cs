using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary><c>durable_objects.bindings</c>, <c>migrations</c> and <c>exports</c>: which classes have Durable Objects, and who is bound to them
/// (https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/). A project under development has no catalog that
/// knows what was done before: all its migrations are carried out anew, and a class's namespace is named after script and class, so that the objects
/// are found again.</summary>
internal sealed class ObjectClassReader(ConfigSection section, string script, List<Diagnostic> diagnostics)
{
    private const string Type = "durable-object";

    private readonly Dictionary<string, int> _made = new(StringComparer.Ordinal);

    /// <summary>The classes and the bindings.</summary>
    public (ImmutableArray<ObjectClass> Classes, ImmutableArray<Binding> Bindings) Read()
    {
        var migration = new ClassMigration([], NewNamespace, transferred => new ObjectClass(transferred.To, NewNamespace(transferred.To), Sqlite: true));
        foreach (var step in Steps().Concat(Declared())) Apply(migration, step.Step, step.Position);
        var bindings = ImmutableArray.CreateBuilder<Binding>();
        var bound = section.Section("durable_objects", "bindings")?.Sections("bindings", "name", "class_name", "script_name", "environment", "remote", "experimental_remote") ?? [];
        foreach (var each in bound)
        {
            each.Require("name", "Name the variable: \"name\": \"COUNTER\".");
            each.Require("class_name", "Name the exported class: \"class_name\": \"Counter\".");
            if (each.String("name") is not { } name || each.String("class_name") is not { } className) continue;
            bindings.Add(new ObjectNamespaceBinding(name, NamespaceOf(migration, each, className)));
        }

        return (migration.Classes, bindings.ToImmutable());
    }

    private string NamespaceOf(ClassMigration migration, ConfigSection binding, string className)
    {
        if (binding.String("script_name") is { } other && other != script)
            return Id(binding.String("environment") is null or "production" ? other : $"{other}-{binding.String("environment")}", className, 0);
        if (migration.Classes.FirstOrDefault(each => each.ClassName == className) is { } known) return known.NamespaceId;
        diagnostics.Add(Diagnostic.Warning(
            $"No migration makes \"{className}\" a class with Durable Objects, and without one it cannot be deployed",
            binding.PositionOf("class_name"),
            $"Add \"migrations\": [{{ \"tag\": \"v1\", \"new_sqlite_classes\": [\"{className}\"] }}]."));
        migration.Apply(new MigrationStep { NewSqliteClasses = [className] });
        return migration.Classes[^1].NamespaceId;
    }

    private IEnumerable<(MigrationStep Step, SourcePosition Position)> Steps()
    {
        foreach (var each in section.Sections("migrations", "tag", "new_classes", "new_sqlite_classes", "renamed_classes", "deleted_classes", "transferred_classes"))
        {
            each.Require("tag", "Name the migration: \"tag\": \"v1\".");
            yield return (
                new MigrationStep
                {
                    NewClasses = each.Strings("new_classes"),
                    NewSqliteClasses = each.Strings("new_sqlite_classes"),
                    Renamed = [.. each.Sections("renamed_classes", "from", "to").Select(Renamed).OfType<RenamedClass>()],
                    Deleted = each.Strings("deleted_classes"),
                    Transferred = [.. each.Sections("transferred_classes", "from", "from_script", "to").Select(Transferred).OfType<TransferredClass>()],
                },
                each.Node.Position);
        }
    }

    // What was declared to be gone or renamed never was here; only what there is matters.
    private IEnumerable<(MigrationStep Step, SourcePosition Position)> Declared()
    {
        if (section.Section("exports", [.. section.Node.Find("exports") is { Value: ConfigObject declared } ? declared.Members.Select(member => member.Name) : []]) is not { } exports) yield break;
        foreach (var member in exports.Node.Members)
        {
            if (exports.Section(member.Name, "type", "storage", "state", "renamed_to", "transferred_to", "transfer_from", "container", "name", "cache") is not { } one || one.String("type") != Type) continue;
            if (one.String("state") is not (null or "created" or "expecting-transfer")) continue;
            yield return (one.String("storage") == "legacy-kv" ? new MigrationStep { NewClasses = [member.Name] } : new MigrationStep { NewSqliteClasses = [member.Name] }, one.Node.Position);
        }
    }

    private void Apply(ClassMigration migration, MigrationStep step, SourcePosition position)
    {
        try
        {
            migration.Apply(step);
        }
        catch (MigrationException refused)
        {
            diagnostics.Add(Diagnostic.Error(refused.Message, position));
        }
    }

    private static RenamedClass? Renamed(ConfigSection each)
    {
        each.Require("from", "Name the class as it was: \"from\": \"Old\".");
        each.Require("to", "Name the class as it is: \"to\": \"New\".");
        return each.String("from") is { } from && each.String("to") is { } to ? new RenamedClass(from, to) : null;
    }

    private static TransferredClass? Transferred(ConfigSection each)
    {
        each.Require("from", "Name the class as it was: \"from\": \"Old\".");
        each.Require("from_script", "Name the Worker that had it: \"from_script\": \"other\".");
        each.Require("to", "Name the class as it is: \"to\": \"New\".");
        return each.String("from") is { } from && each.String("from_script") is { } script && each.String("to") is { } to ? new TransferredClass(from, script, to) : null;
    }

    // A class that is made again after it was deleted is another one.
    private string NewNamespace(string className)
    {
        var times = _made.GetValueOrDefault(className);
        _made[className] = times + 1;
        return Id(script, className, times);
    }

    private static string Id(string script, string className, int times) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{script}/{className}/{times}")))[..32];
}
