using System.Collections.Immutable;

namespace Skep.Configuration;

/// <summary>Which imports become modules of their own, and of which kind
/// (https://developers.cloudflare.com/workers/wrangler/bundling/#including-non-javascript-modules).</summary>
/// <param name="Type">ESModule, CommonJS, CompiledWasm, Text or Data.</param>
/// <param name="Globs">Which import paths.</param>
/// <param name="Fallthrough">True when later rules of the type count too.</param>
internal sealed record ModuleRule(string Type, ImmutableArray<string> Globs, bool? Fallthrough)
{
    public static readonly ImmutableArray<string> Types = ["ESModule", "CommonJS", "CompiledWasm", "Text", "Data"];
}
