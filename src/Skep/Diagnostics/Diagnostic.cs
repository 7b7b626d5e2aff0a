using System.Collections.Immutable;

namespace Skep.Diagnostics;

/// <summary>A mistake in a project: what, where, and what to do about it.</summary>
internal sealed record Diagnostic(Severity Severity, string Message, SourcePosition? Position = null, string? Remedy = null)
{
    /// <summary>The line that <see cref="Position"/> points into, when it is known without reading the file.</summary>
    public string? LineText { get; init; }

    /// <summary>Further remarks.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    public static Diagnostic Error(string message, SourcePosition? position = null, string? remedy = null) =>
        new(Severity.Error, message, position, remedy);

    public static Diagnostic Warning(string message, SourcePosition? position = null, string? remedy = null) =>
        new(Severity.Warning, message, position, remedy);
}
