namespace Skep.Diagnostics;

/// <summary>A place in a file. Line and column count from 1; line 0 means the file as a whole.</summary>
internal sealed record SourcePosition(string File, int Line = 0, int Column = 0, int Length = 1)
{
    /// <summary><c>file:line:column</c> with the file relative to <paramref name="folder"/> when it lies below it.</summary>
    public string Display(string folder)
    {
        var relative = Path.GetRelativePath(folder, File);
        var name = relative.StartsWith("../../", StringComparison.Ordinal) ? File : relative;
        return Line == 0 ? name : $"{name}:{Line}:{Column}";
    }
}
