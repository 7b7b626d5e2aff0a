using System.Collections.Immutable;
using Skep.CommandLine;
using Skep.Configuration;
using Skep.Diagnostics;

namespace Skep.Settings;

/// <summary>Finds what everything is set to. A flag wins over the environment, that over the file, and that over the default.</summary>
/// <param name="settings">What can be set.</param>
/// <param name="environment">The value of an environment variable, or null.</param>
internal sealed class SettingsReader(IReadOnlyList<Setting> settings, Func<string, string?> environment)
{
    /// <param name="flags">The command line.</param>
    /// <param name="file">The configuration file, or null for none.</param>
    /// <exception cref="DiagnosticException">The file is missing or wrong; all its mistakes are told.</exception>
    /// <exception cref="UsageException">A flag or variable has no valid value.</exception>
    public SettingValues Read(ParsedArguments flags, string? file)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        if (file is not null) values.AddRange(ReadFile(file));
        foreach (var setting in settings)
        {
            if (environment(setting.Variable) is { Length: > 0 } variable)
                values[setting.Key] = Valid(setting, setting.Variable, setting.Type.IsList ? variable.Split(',') : [variable]);
            if (flags.Has(setting.Flag))
                values[setting.Key] = setting.Type.Placeholder is null ? ["true"] : Valid(setting, $"--{setting.Flag}", flags.Values(setting.Flag));
        }

        return new SettingValues(values.ToImmutable());
    }

    private static ImmutableArray<string> Valid(Setting setting, string where, IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            if (!setting.Type.Accepts(text)) throw new UsageException($"{where} must be {setting.Type.Expected}, but is \"{text}\".");
        }

        return [.. texts];
    }

    private Dictionary<string, ImmutableArray<string>> ReadFile(string path)
    {
        if (!File.Exists(path)) throw new DiagnosticException(Diagnostic.Error($"There is no file {path}", remedy: "Name the configuration with --config FILE, or leave it out."));
        var root = JsonConfigReader.Read(path, File.ReadAllBytes(path));
        if (root is not ConfigObject file) throw new DiagnosticException(Diagnostic.Error($"The configuration must be an object, but is {root.KindWithArticle}", root.Position));
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        var values = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var member in file.Members)
        {
            // Editors find out by it what may be written.
            if (member.Name == "$schema") continue;
            if (settings.FirstOrDefault(setting => setting.Key == member.Name) is { } known) Take(known, member, Path.GetDirectoryName(path)!, values, diagnostics);
            else diagnostics.Add(Unknown(member));
        }

        return diagnostics.Count == 0 ? values : throw new DiagnosticException(diagnostics.ToImmutable());
    }

    private static void Take(
        Setting setting, ConfigMember member, string folder, Dictionary<string, ImmutableArray<string>> values, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        if (member.Value is ConfigNull) return;
        ConfigNode[] nodes = setting.Type.IsList && member.Value is ConfigArray array ? [.. array.Items] : [member.Value];
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var node in nodes)
        {
            if (setting.Type.FromFile(node) is not { } text)
                diagnostics.Add(Diagnostic.Error($"\"{setting.Key}\" must be {setting.Type.Expected}, but is {node.KindWithArticle}", node.Position));
            else if (!setting.Type.Accepts(text))
                diagnostics.Add(Diagnostic.Error($"\"{setting.Key}\" must be {setting.Type.Expected}, but is \"{text}\"", node.Position));
            else
                texts.Add(setting.Type.Resolve(text, folder));
        }

        if (texts.Count > 0) values[setting.Key] = texts.ToImmutable();
    }

    private Diagnostic Unknown(ConfigMember member)
    {
        var meant = Spelling.Nearest(member.Name, settings.Select(setting => setting.Key));
        return Diagnostic.Error(
            $"There is no setting \"{member.Name}\"", member.Position, meant is null ? "docs/configuration.md lists the settings." : $"Did you mean \"{meant}\"?");
    }
}
