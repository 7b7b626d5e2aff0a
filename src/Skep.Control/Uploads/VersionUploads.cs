using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Workers;
using Skep.Control.Assets;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Scripts;
using Skep.Control.Tails;

namespace Skep.Control.Uploads;

/// <summary>Makes versions: of uploads, and of versions whose secrets change. A version that does not start is refused.</summary>
internal sealed class VersionUploads(
    ControlOptions options,
    ICatalog catalog,
    ISecretCipher cipher,
    VersionAssembler assembler,
    IKvNamespaces kvNamespaces,
    ID1Databases d1Databases,
    IR2Buckets r2Buckets,
    AssetAttachment attachment,
    IDeploymentTarget target,
    TimeProvider time,
    Func<WorkerVersion, ApiRequest, Task> checkQueues,
    PlatformServices platform)
{
    // What a Worker without a date gets (https://developers.cloudflare.com/workers/configuration/compatibility-dates/).
    private const string OldestDate = "2021-11-02";

    /// <summary>Metadata that would change what the Worker does, and that Skep cannot honour yet.</summary>
    private static readonly (string Field, string What)[] NotThere =
    [
        ("containers", "Containers"),
    ];

    /// <summary>Reads the request's upload and checks it.</summary>
    /// <param name="previous">The script's newest version, whose bindings may be kept.</param>
    /// <exception cref="ApiException">It is malformed, too large, asks for what Skep lacks, or does not start.</exception>
    /// <param name="script">The script as it is; null before its first upload.</param>
    /// <param name="deploys">Whether the version is live at once: only then may it bring migrations.</param>
    public async Task<PendingVersion> ReadAsync(ApiRequest request, ScriptVersion? previous, Script? script, bool deploys)
    {
        var upload = await ScriptUpload.ReadAsync(request.Http.Request, options);
        var metadata = upload.Metadata;
        foreach (var (field, what) in NotThere)
        {
            if (metadata[field] is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 })) throw ApiException.NotThere(what);
        }

        var (main, syntax) = Main(upload);
        var contents = ImmutableDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>();
        var modules = Modules(upload, main, syntax, contents);
        var (bindings, keptSecrets) = BindingMerge.Merge(metadata, previous);
        await ServiceBindings.CheckAsync(request.Script, bindings, catalog);
        await DispatchBindings.ResolveAsync(bindings, request, catalog);
        await TailConsumerSettings.CheckAsync(request.Script, metadata, catalog);
        var classes = await new ClassChanges(catalog).ReadAsync(request.Script, script, metadata, deploys);
        await ObjectBindings.ResolveAsync(request, bindings, classes, catalog);
        var secrets = TakeSecrets(request.Script, bindings, keptSecrets, previous);
        var assets = await attachment.AttachAsync(request.Script, metadata, hasWorker: main.Length > 0, previous, contents);
        if (assets is null && bindings.Objects("bindings").FirstOrDefault(binding => binding.RequiredString("type") == BindingReader.Assets) is { } unbound)
            throw ApiException.Invalid($"The binding \"{unbound.RequiredString("name")}\" is to static assets, and the version has none. Set \"assets.directory\".");
        var annotations = Annotations(metadata, "upload");
        if (annotations.TryGetValue(PreviewAliases.Annotation, out var alias)) PreviewAliases.Check(alias, request.Script);
        var limits = metadata.OptionalObject("limits") ?? [];
        var version = new ScriptVersion
        {
            Id = Guid.NewGuid().ToString(),
            Script = request.Script,
            CreatedOn = ApiTime.Now(time),
            Source = request.Source,
            Author = request.Token.Name,
            Annotations = annotations,
            MainModule = main,
            Syntax = syntax,
            Modules = modules,
            CompatibilityDate = Date(metadata.OptionalString("compatibility_date")),
            CompatibilityFlags = [.. metadata.OptionalArray("compatibility_flags").Strings("compatibility_flags")],
            Bindings = bindings.ToJsonString(),
            Secrets = secrets,
            CpuMilliseconds = Limit(limits, "cpu_ms"),
            Subrequests = Limit(limits, "subrequests"),
            Assets = assets,
            ObjectClasses = classes.Classes,
        };
        var pending = await CheckAsync(version, contents.ToImmutable(), async assembled =>
        {
            await CheckBindingsAsync(assembled, request);
            await checkQueues(assembled, request);
        });
        return pending with { Metadata = metadata, Classes = classes };
    }

    /// <summary>A version like <paramref name="previous"/> with other secrets.</summary>
    /// <param name="changes">The new texts by name; null removes a secret.</param>
    public Task<PendingVersion> DeriveAsync(
        ApiRequest request, ScriptVersion previous, IReadOnlyDictionary<string, string?> changes, ImmutableDictionary<string, string> annotations)
    {
        var bindings = new JsonArray();
        foreach (var binding in BindingMerge.Bindings(previous))
        {
            var name = binding.RequiredString("name");
            if (!changes.ContainsKey(name))
            {
                bindings.Add(binding.DeepClone());
            }
            else if (binding.RequiredString("type") != BindingReader.SecretText)
            {
                throw ApiException.Invalid($"Binding name '{name}' already in use. Remove the binding of type {binding.RequiredString("type")} from the configuration, or choose another name.");
            }
        }

        var secrets = previous.Secrets;
        foreach (var (name, text) in changes)
        {
            secrets = secrets.Remove(name);
            if (text is null) continue;
            if (name.Length == 0) throw ApiException.Invalid("A secret needs a name.");
            secrets = secrets.Add(name, cipher.Encrypt(text, VersionAssembler.Purpose(previous.Script, name)));
            bindings.Add(new JsonObject { ["type"] = BindingReader.SecretText, ["name"] = name });
        }

        var version = previous with
        {
            Id = Guid.NewGuid().ToString(),
            CreatedOn = ApiTime.Now(time),
            Source = request.Source,
            Author = request.Token.Name,
            Annotations = annotations,
            Bindings = bindings.ToJsonString(),
            Secrets = secrets,
        };
        return CheckAsync(version, ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty);
    }

    /// <summary>Whether the settings have anything that belongs to a version.</summary>
    public static bool IsVersioned(JsonObject settings) =>
        settings.ContainsKey("bindings") || settings.ContainsKey("compatibility_date") || settings.ContainsKey("compatibility_flags") || settings.ContainsKey("limits");

    /// <summary>A version like <paramref name="previous"/> with other settings; what they do not name stays.</summary>
    public async Task<PendingVersion> ReviseAsync(ApiRequest request, ScriptVersion previous, JsonObject settings)
    {
        foreach (var (field, what) in NotThere)
        {
            if (settings[field] is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 })) throw ApiException.NotThere(what);
        }

        var version = previous with
        {
            Id = Guid.NewGuid().ToString(),
            CreatedOn = ApiTime.Now(time),
            Source = request.Source,
            Author = request.Token.Name,
            Annotations = Annotations(settings, "settings"),
        };
        if (settings.ContainsKey("bindings"))
        {
            var (bindings, kept) = BindingMerge.Merge(BindingMerge.WithInherited(settings, previous), previous);
            await DispatchBindings.ResolveAsync(bindings, request, catalog);
            // First: it takes their texts out of the bindings.
            var secrets = TakeSecrets(previous.Script, bindings, kept, previous);
            await ObjectBindings.ResolveAsync(request, bindings, ClassChange.None with { Classes = previous.ObjectClasses }, catalog);
            version = version with { Bindings = bindings.ToJsonString(), Secrets = secrets };
        }

        if (settings.ContainsKey("compatibility_date")) version = version with { CompatibilityDate = Date(settings.OptionalString("compatibility_date")) };
        if (settings.ContainsKey("compatibility_flags"))
            version = version with { CompatibilityFlags = [.. settings.OptionalArray("compatibility_flags").Strings("compatibility_flags")] };
        if (settings.OptionalObject("limits") is { } limits)
            version = version with { CpuMilliseconds = Limit(limits, "cpu_ms"), Subrequests = Limit(limits, "subrequests") };
        return await CheckAsync(
            version,
            ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty,
            assembled => CheckBindingsAsync(assembled, request));
    }

    /// <summary>The script's newest version, or null.</summary>
    public async Task<ScriptVersion?> NewestAsync(string script) => await catalog.ListVersionsAsync(script, 1) is [var newest, ..] ? newest : null;

    /// <summary>The annotations of a version or deployment.</summary>
    public static ImmutableDictionary<string, string> Annotations(JsonObject from, string? triggeredBy = null)
    {
        var annotations = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var (name, _) in from.OptionalObject("annotations") ?? []) annotations[name] = from.OptionalObject("annotations")!.RequiredString(name);
        if (triggeredBy is not null) annotations.TryAdd("workers/triggered_by", triggeredBy);
        return annotations.ToImmutable();
    }

    private async Task<PendingVersion> CheckAsync(
        ScriptVersion version, ImmutableDictionary<string, ReadOnlyMemory<byte>> contents, Func<WorkerVersion, Task>? before = null)
    {
        try
        {
            var assembled = await assembler.AssembleAsync(version, contents);
            if (before is not null) await before(assembled);
            var check = await target.CheckAsync(assembled);
            return new(version with { StartupMilliseconds = (int)check.Startup.TotalMilliseconds, Handlers = check.Handlers }, contents);
        }
        catch (WorkerStartupException failure)
        {
            throw ApiException.Invalid($"Uncaught {failure.Error}");
        }
    }

    private async Task CheckBindingsAsync(WorkerVersion version, ApiRequest request)
    {
        await KvBindings.CheckAsync(version, request, kvNamespaces, catalog);
        await R2Bindings.CheckAsync(version, request, r2Buckets, catalog);
        await D1Bindings.CheckAsync(version, request, d1Databases, catalog);
        await PlatformBindings.CheckAsync(version, request, platform, catalog);
    }

    private static (string Main, ScriptSyntax Syntax) Main(ScriptUpload upload)
    {
        if (upload.Metadata.OptionalString("main_module") is { } module) return (Exists(module), ScriptSyntax.Modules);
        // Static assets, and nothing to run.
        if (upload is { Parts: [], Metadata: var metadata } && !metadata.ContainsKey("body_part") && (metadata["assets"] is JsonObject { Count: > 0 } || metadata.OptionalBoolean("keep_assets") == true))
            return ("", ScriptSyntax.Modules);
        return upload.Metadata.OptionalString("body_part") is { } script
            ? (Exists(script), ScriptSyntax.ServiceWorker)
            : throw ApiException.Invalid("The metadata names no \"main_module\" (ES modules) and no \"body_part\" (service worker).");

        string Exists(string name) => upload.Find(name) is null ? throw ApiException.Invalid($"The upload has no part \"{name}\", which the metadata names as the main one.") : name;
    }

    private ImmutableArray<VersionModule> Modules(
        ScriptUpload upload, string main, ScriptSyntax syntax, ImmutableDictionary<string, ReadOnlyMemory<byte>>.Builder contents)
    {
        var modules = ImmutableArray.CreateBuilder<VersionModule>();
        long total = 0;
        foreach (var part in upload.Parts)
        {
            if (ModuleTypes.IsSourceMap(part)) continue;
            var kind = ModuleTypes.Of(part);
            if (syntax == ScriptSyntax.ServiceWorker && part.Name != main) throw ApiException.NotThere($"A service worker with further parts (\"{part.Name}\")");
            total += part.Content.Length;
            var map = upload.Find(part.Name + ".map");
            modules.Add(new VersionModule(part.Name, kind, Store(part), part.Content.Length, map is null ? null : Store(map)));
        }

        if (total > options.MaxScriptBytes)
        {
            throw new ApiException(
                HttpStatusCode.RequestEntityTooLarge,
                new ApiError(ApiErrorCodes.ScriptTooLarge, $"Your Worker exceeded the size limit of {options.MaxScriptBytes >> 20} MiB: its modules have {total} bytes."));
        }

        return modules.ToImmutable();

        string Store(UploadedPart part)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(part.Content.Span));
            contents[hash] = part.Content;
            return hash;
        }
    }

    /// <summary>The encrypted secrets; their texts are taken out of <paramref name="bindings"/>, which are stored as they are.</summary>
    private ImmutableDictionary<string, byte[]> TakeSecrets(string script, JsonArray bindings, IReadOnlyList<string> kept, ScriptVersion? previous)
    {
        var secrets = ImmutableDictionary.CreateBuilder<string, byte[]>();
        foreach (var name in kept) secrets[name] = previous!.Secrets[name];
        foreach (var binding in bindings.Objects("bindings"))
        {
            if (binding.RequiredString("type") != BindingReader.SecretText || binding.OptionalString("text") is not { } text) continue;
            var name = binding.RequiredString("name");
            secrets[name] = cipher.Encrypt(text, VersionAssembler.Purpose(script, name));
            binding.Remove("text");
        }

        return secrets.ToImmutable();
    }

    private string Date(string? given)
    {
        if (given is null) return OldestDate;
        if (!DateOnly.TryParseExact(given, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            throw ApiException.Invalid($"Invalid compatibility date: \"{given}\". Write it as yyyy-mm-dd.");
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return date <= today ? given : throw ApiException.Invalid($"Can't set compatibility date in the future: \"{given}\". Any date up to today, {today:yyyy-MM-dd}, works.");
    }

    private static int? Limit(JsonObject limits, string name) => limits.OptionalNumber(name) switch
    {
        null => null,
        >= 1 and <= int.MaxValue and var value => (int)value,
        var value => throw ApiException.Invalid($"\"limits.{name}\" must be a positive number, not {value}."),
    };
}
