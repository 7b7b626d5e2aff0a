using System.Collections.Immutable;
using Skep.Abstractions.Assets;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workers;
using Skep.Control.Assets;

namespace Skep.Control.Uploads;

/// <summary>Makes a runnable version of a stored one: reads its contents, decrypts its secrets.</summary>
public sealed class VersionAssembler(ICatalog catalog, ISecretCipher cipher)
{
    /// <summary>The runnable version.</summary>
    /// <param name="version">As stored.</param>
    /// <param name="contents">Contents that are not stored yet, by hash.</param>
    public async Task<WorkerVersion> AssembleAsync(ScriptVersion version, ImmutableDictionary<string, ReadOnlyMemory<byte>>? contents = null)
    {
        var modules = ImmutableArray.CreateBuilder<ScriptModule>(version.Modules.Length);
        foreach (var module in version.Modules)
        {
            modules.Add(new ScriptModule(module.Name, module.Kind, await ReadAsync(module.Hash))
            {
                SourceMap = module.SourceMapHash is { } map ? await ReadAsync(map) : default,
            });
        }

        var limits = WorkerLimits.Default;
        if (version.CpuMilliseconds is { } cpu) limits = limits.WithCpuTime(TimeSpan.FromMilliseconds(cpu));
        if (version.Subrequests is { } subrequests) limits = limits with { Subrequests = subrequests };
        return new WorkerVersion
        {
            Name = version.Script,
            Id = version.Id,
            Modules = modules.MoveToImmutable(),
            MainModule = version.MainModule,
            Syntax = version.Syntax,
            CompatibilityDate = version.CompatibilityDate,
            CompatibilityFlags = version.CompatibilityFlags,
            Bindings = [.. BindingMerge.Bindings(version).Select(each => BindingReader.Read(each, version, Decrypt))],
            ObjectClasses = version.ObjectClasses,
            Limits = limits,
            Assets = version.Assets is { } assets ? new UploadedAssets(AssetManifest.Read(await ReadAsync(assets.Manifest)), assets.Configuration) : null,
        };

        string Decrypt(string name) => cipher.Decrypt(version.Secrets[name], Purpose(version.Script, name));

        async ValueTask<ReadOnlyMemory<byte>> ReadAsync(string hash) =>
            contents is not null && contents.TryGetValue(hash, out var pending) ? pending : await catalog.ReadContentAsync(hash);
    }

    /// <summary>What a secret is encrypted for.</summary>
    internal static string Purpose(string script, string name) => $"secret/{script}/{name}";
}
