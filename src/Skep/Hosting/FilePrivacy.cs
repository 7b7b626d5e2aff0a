using System.Runtime.InteropServices;

namespace Skep.Hosting;

/// <summary>Keeps other users of the machine out of the data folder: what is in it are secrets, and the hashes of tokens.</summary>
internal static partial class FilePrivacy
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    // 077
    private const uint AllOthers = 63;

    /// <summary>Makes the folder when there is none. It and what is in it become the owner's alone, and so does every file that this process
    /// makes from now on.</summary>
    public static void Apply(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        _ = umask(AllOthers);
        Directory.CreateDirectory(folder, Folder);
        foreach (var path in Exposed(folder)) File.SetUnixFileMode(path, Directory.Exists(path) ? Folder : Owner);
    }

    /// <summary>What others can get at of the folder, itself included.</summary>
    public static IEnumerable<string> Exposed(string folder) => OperatingSystem.IsWindows()
        ? []
        : Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Prepend(folder).Where(path => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None);

    [LibraryImport("libc")]
    private static partial uint umask(uint mask);
}
