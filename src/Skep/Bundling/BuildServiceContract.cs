using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skep.Bundling;

// What is said to and by build-service/main.mjs; that folder is the other side of each of these records.

internal sealed record BuildOptions(
    string Entry,
    string Root,
    string ModuleRoot,
    IReadOnlyList<RuleOption> Rules,
    bool FindAdditionalModules,
    bool PreserveFileNames,
    bool NoBundle,
    IReadOnlyDictionary<string, string> Define,
    IReadOnlyDictionary<string, string> Alias,
    bool Minify,
    bool KeepNames,
    string? Tsconfig,
    string? JsxFactory,
    string? JsxFragment,
    string NodeMode,
    string CompatibilityDate,
    IReadOnlyList<string> CompatibilityFlags,
    bool NavigatorDefined,
    string Mode);

internal sealed record RuleOption(string Type, IReadOnlyList<string> Globs, bool? Fallthrough);

internal sealed record ServiceRequest(
    long Id, string Op, string? Key = null, BuildOptions? Options = null, string? Text = null);

internal sealed record ServiceReply(long Id, bool Ok, JsonElement Result, string? Error);

internal sealed record BuildOutput(
    string Main,
    IReadOnlyList<OutputModule> Modules,
    IReadOnlyList<string> Exports,
    string Syntax,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<BuildMessage> Errors,
    IReadOnlyList<BuildMessage> Warnings);

internal sealed record OutputModule(string Name, string Type, string? Text, byte[]? Base64, string? Map);

internal sealed record BuildMessage(string Text, string? Remedy, BuildLocation? Location, IReadOnlyList<string> Notes);

internal sealed record BuildLocation(string File, int Line, int Column, int Length, string LineText);

internal sealed record TomlOutput(JsonElement? Value, TomlSyntaxError? SyntaxError);

internal sealed record TomlSyntaxError(string Message, int Line, int Column);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServiceRequest))]
[JsonSerializable(typeof(ServiceReply))]
[JsonSerializable(typeof(BuildOutput))]
[JsonSerializable(typeof(TomlOutput))]
internal sealed partial class BuildServiceJson : JsonSerializerContext;
