using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary><c>durable_objects</c> and <c>migrations</c>: which classes have objects, and what is bound to them
/// (https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/).</summary>
internal static class ObjectClassesReader
{
    /// <summary>The classes of a script of this name.</summary>
    public static ImmutableArray<ObjectClass> Classes(ConfigSection section, string script, List<Diagnostic> diagnostics)
    {
        // A class that is renamed keeps its objects: the namespace is that of its first name.
        Dictionary<string, (string First, bool Sqlite)> classes = new(StringComparer.Ordinal);
        var migrations = section.Sections("migrations", "tag", "new_classes", "new_sqlite_classes", "renamed_classes", "deleted_classes", "transferred_classes").ToList();
        foreach (var step in migrations)
        {
            step.Require("tag", "Name the step: \"tag\": \"v1\".");
            foreach (var name in step.Strings("new_classes")) classes[name] = (name, false);
            foreach (var name in step.Strings("new_sqlite_classes")) classes[name] = (name, true);
            foreach (var renamed in step.Sections("renamed_classes", "from", "to"))
            {
                if (renamed.String("from") is { } from && renamed.String("to") is { } to && classes.Remove(from, out var known)) classes[to] = known;
            }

            foreach (var name in step.Strings("deleted_classes")) classes.Remove(name);
            foreach (var transferred in step.Sections("transferred_classes", "from", "from_script", "to"))
            {
                if (transferred.String("to") is { } to) classes[to] = (to, false);
            }
        }

        foreach (var binding in Bound(section))
        {
            if (binding.Has("script_name") || binding.String("class_name") is not { } name || classes.ContainsKey(name)) continue;
            classes[name] = (name, false);
            diagnostics.Add(Diagnostic.Warning(
                $"The class {name} of \"durable_objects\" is in no migration, so that it has no SQL storage",
                binding.PositionOf("class_name"),
                $"Add \"migrations\": [{{ \"tag\": \"v1\", \"new_sqlite_classes\": [\"{name}\"] }}]; without it the Worker cannot be deployed."));
        }

        return [.. classes.Select(each => new ObjectClass(each.Key, NamespaceId(script, each.Value.First), each.Value.Sqlite))];
    }

    /// <summary>The bindings, to the script's own classes or another's.</summary>
    public static IEnumerable<ObjectNamespaceBinding> Bindings(ConfigSection section, string script, ImmutableArray<ObjectClass> own)
    {
        foreach (var binding in Bound(section))
        {
            binding.Require("name", "Name the property of env: \"name\": \"ROOMS\".");
            binding.Require("class_name", "Name the class: \"class_name\": \"Room\".");
            if (binding.String("name") is not { } name || binding.String("class_name") is not { } className) continue;
            var other = binding.String("script_name");
            if (other is not null && binding.String("environment") is { } environment) other = $"{other}-{environment}";
            yield return new ObjectNamespaceBinding(
                name,
                other is not null && other != script
                    ? NamespaceId(other, className)
                    : own.FirstOrDefault(each => each.ClassName == className)?.NamespaceId ?? NamespaceId(script, className));
        }
    }

    private static IEnumerable<ConfigSection> Bound(ConfigSection section) =>
        section.Section("durable_objects", "bindings")?.Sections("bindings", "name", "class_name", "script_name", "environment", "remote") ?? [];

    // In the form of those that a server makes.
    private static string NamespaceId(string script, string className) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{script}/{className}")).AsSpan(0, 16));
}
