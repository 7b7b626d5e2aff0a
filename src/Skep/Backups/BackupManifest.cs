using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skep.Backups;

/// <summary>What a backup holds, in its file <c>backup.json</c>: so that a damaged or incomplete one is not taken for a whole one.</summary>
internal sealed record BackupManifest(int Format, DateTimeOffset Made, IReadOnlyList<BackedUpFile> Files)
{
    public const string FileName = "backup.json";
    public const int CurrentFormat = 1;

    /// <summary>Describes the files of a folder.</summary>
    public static BackupManifest Of(string folder, DateTimeOffset made) => new(
        CurrentFormat,
        made,
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(folder, path))
                .Where(name => name != FileName)
                .Order(StringComparer.Ordinal)
                .Select(name => new BackedUpFile(name, new FileInfo(Path.Combine(folder, name)).Length, Hash(Path.Combine(folder, name)))),
        ]);

    public static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw new InvalidDataException($"{folder} is no backup: it has no {FileName}.");
        return JsonSerializer.Deserialize(File.ReadAllBytes(path), BackupRecords.Default.BackupManifest) ?? throw new InvalidDataException($"{path} is empty.");
    }

    public void Write(string folder) => File.WriteAllBytes(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, BackupRecords.Default.BackupManifest));

    /// <summary>Compares a folder with what it should hold.</summary>
    /// <exception cref="InvalidDataException">Something is missing or different.</exception>
    public void Verify(string folder)
    {
        if (Format > CurrentFormat) throw new InvalidDataException($"The backup was written by a newer version of Skep (format {Format}): restore it with that.");
        foreach (var file in Files)
        {
            var path = Path.GetFullPath(Path.Combine(folder, file.Name));
            if (!path.StartsWith(Path.GetFullPath(folder) + "/", StringComparison.Ordinal)) throw new InvalidDataException($"The backup names {file.Name}, which is outside of it.");
            if (!File.Exists(path)) throw new InvalidDataException($"The backup is incomplete: {file.Name} is missing.");
            if (Hash(path) != file.Sha256) throw new InvalidDataException($"The backup is damaged: {file.Name} is not what was backed up.");
        }
    }

    private static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

/// <summary>A file of a backup.</summary>
internal sealed record BackedUpFile(string Name, long Size, string Sha256);

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupRecords : JsonSerializerContext;
