using System.Collections.Immutable;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>Lays <c>env.&lt;name&gt;</c> over the top level: some keys are inherited, the others count only where they stand.</summary>
internal static class EnvironmentOverlay
{
    public static ConfigObject Apply(ConfigObject top, string? environment, ICollection<Diagnostic> diagnostics)
    {
        if (environment is null) return top;
        var environments = top.Find("env")?.Value as ConfigObject;
        if (environments?.Find(environment)?.Value is not ConfigObject chosen)
        {
            var names = environments?.Members.Select(member => $"\"{member.Name}\"").ToArray() ?? [];
            diagnostics.Add(Diagnostic.Error(
                $"The configuration has no environment \"{environment}\"",
                environments?.Position ?? top.Position,
                names.Length == 0 ? $"Add \"env\": {{ \"{environment}\": {{ … }} }}." : $"It has {string.Join(", ", names)}."));
            return top;
        }

        new ConfigSection(chosen, $"env.{environment}", diagnostics).WarnAboutUnknown(KnownKeys.TopLevel.Except(["env"]).ToArray());
        WarnAboutLostKeys(top, chosen, environment, diagnostics);

        var members = chosen.Members.ToBuilder();
        members.AddRange(top.Members.Where(member =>
            !KnownKeys.NotInheritable.Contains(member.Name) && !KnownKeys.NotYet.Contains(member.Name) && chosen.Find(member.Name) is null));
        if (chosen.Find("name") is null && top.Find("name") is { Value: ConfigString name } named)
        {
            members.RemoveAll(member => member.Name == "name");
            members.Add(named with { Value = name with { Value = $"{name.Value}-{environment}" } });
        }

        return new ConfigObject(chosen.Position, members.ToImmutable());
    }

    private static void WarnAboutLostKeys(ConfigObject top, ConfigObject chosen, string environment, ICollection<Diagnostic> diagnostics)
    {
        foreach (var key in KnownKeys.NotInheritable.Order(StringComparer.Ordinal))
        {
            if (top.Find(key)?.Value is not ConfigObject outer) continue;
            var inner = chosen.Find(key)?.Value as ConfigObject;
            foreach (var lost in outer.Members.Where(member => inner?.Find(member.Name) is null))
            {
                diagnostics.Add(Diagnostic.Warning(
                    $"\"{key}.{lost.Name}\" stands at the top level but not in \"env.{environment}.{key}\", and \"{key}\" is not inherited",
                    lost.Position,
                    $"Repeat it in \"env.{environment}.{key}\" when the environment needs it."));
            }
        }
    }
}
