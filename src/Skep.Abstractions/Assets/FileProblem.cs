namespace Skep.Abstractions.Assets;

/// <summary>A line of a <c>_headers</c> or <c>_redirects</c> file that does not count.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Message">Why.</param>
public readonly record struct FileProblem(int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"Line {Line}: {Message}";
}
