namespace Skep.EndToEnd.Tests;

/// <summary>A project of its own for a test, outside the repository, gone afterwards.</summary>
internal sealed class TemporaryProject : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("skep-e2e-").FullName;

    /// <summary>Writes a file as an editor does: beside it, then in its place.</summary>
    public string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + "~", content);
        File.Move(path + "~", path, overwrite: true);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
