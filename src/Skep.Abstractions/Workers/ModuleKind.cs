namespace Skep.Abstractions.Workers;

/// <summary>What importing a module yields, as in the Workers upload API
/// (https://developers.cloudflare.com/workers/configuration/multipart-upload-metadata/).</summary>
public enum ModuleKind
{
    /// <summary>An ES module.</summary>
    EsModule,

    /// <summary>A CommonJS module: its default export is <c>module.exports</c>.</summary>
    CommonJs,

    /// <summary>UTF-8 text: the default export is a string.</summary>
    Text,

    /// <summary>Bytes: the default export is an <c>ArrayBuffer</c>.</summary>
    Data,

    /// <summary>JSON: the default export is the parsed value.</summary>
    Json,

    /// <summary>WebAssembly: the default export is a compiled <c>WebAssembly.Module</c>.</summary>
    CompiledWasm,
}
