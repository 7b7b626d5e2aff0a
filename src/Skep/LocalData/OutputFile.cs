namespace Skep.LocalData;

/// <summary>A file that a command writes. What was there stays until all of the new content is.</summary>
internal static class OutputFile
{
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = $"{path}.part";
        try
        {
            await using (var output = File.Create(unfinished)) await write(output);
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
