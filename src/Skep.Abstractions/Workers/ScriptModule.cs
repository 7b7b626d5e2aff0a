namespace Skep.Abstractions.Workers;

/// <summary>One uploaded file of a worker.</summary>
/// <param name="Name">The specifier other modules import it by, relative to the version's root, e.g. <c>lib/a.js</c>.</param>
/// <param name="Kind">How it is evaluated.</param>
/// <param name="Content">The file, UTF-8 for text kinds.</param>
public sealed record ScriptModule(string Name, ModuleKind Kind, ReadOnlyMemory<byte> Content)
{
    /// <summary>The module's source map (JSON), when the bundler made one: stack traces are mapped through it.</summary>
    public ReadOnlyMemory<byte> SourceMap { get; init; }
}
