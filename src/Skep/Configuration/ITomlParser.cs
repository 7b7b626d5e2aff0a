namespace Skep.Configuration;

/// <summary>Translates TOML to JSON.</summary>
internal interface ITomlParser
{
    /// <summary>The document as JSON.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">It is not TOML; the place is in <paramref name="file"/>.</exception>
    Task<ReadOnlyMemory<byte>> ToJsonAsync(string file, string text, CancellationToken cancellation);
}
