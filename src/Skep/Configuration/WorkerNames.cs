namespace Skep.Configuration;

/// <summary>Names of workers: they become host names and parts of messages.</summary>
internal static class WorkerNames
{
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= 255
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>Named after the file, or after the folder when the file is one of those every project has.</summary>
    public static string FromPath(string entry, string root)
    {
        var name = Path.GetFileNameWithoutExtension(entry);
        return name is "index" or "worker" or "main" ? FromFolder(root) : Clean(name);
    }

    public static string FromFolder(string folder) => Clean(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));

    private static string Clean(string name)
    {
        var cleaned = new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')]).Trim('-', '_');
        return cleaned.Length == 0 ? "worker" : cleaned;
    }
}
