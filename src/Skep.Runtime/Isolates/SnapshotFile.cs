using Skep.V8;

namespace Skep.Runtime.Isolates;

/// <summary>The startup snapshot on disk: a line that says what it was made from, then V8's blob. Ops are known to a snapshot by
/// number, so one made with other ops must not be used.</summary>
internal static class SnapshotFile
{
    public static void Write(string path, Snapshot snapshot)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = $"{path}.{Environment.ProcessId}";
        File.WriteAllBytes(temporary, [.. Header(), .. snapshot.ToArray()]);
        File.Move(temporary, path, overwrite: true);
    }

    public static Snapshot Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidOperationException($"The startup snapshot {path} is missing: build it with build/setup.sh.");
        var content = File.ReadAllBytes(path).AsSpan();
        var header = Header();
        if (!content.StartsWith(header))
        {
            throw new InvalidOperationException($"The startup snapshot {path} was made by another build of Skep: build it again with build/setup.sh.");
        }

        return Snapshot.Load(content[header.Length..]);
    }

    private static byte[] Header() =>
        System.Text.Encoding.UTF8.GetBytes($"skep-snapshot v8={Engine.Version} ops={Ops.OpCatalog.Fingerprint}\n");
}
