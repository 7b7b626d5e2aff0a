using System.Globalization;
using Skep.Abstractions.R2;
using Skep.CommandLine;
using Skep.Supervision.Messages;

namespace Skep.LocalData;

/// <summary><c>skep r2 object</c>.</summary>
internal static class R2Commands
{
    private static readonly Option _pipe = new("pipe", null, "Use standard input or output", 'p');

    public static readonly IReadOnlyList<DataCommand> All =
    [
        new(
            new("r2 object get", "bucket/key", "Write an object to a file", [new("file", "FILE", "The file (default: as the key)", 'f'), _pipe, .. DataCommand.CommonOptions]),
            StateService.R2,
            GetAsync),
        new(
            new(
                "r2 object put",
                "bucket/key",
                "Store an object",
                [
                    new("file", "FILE", "The file with the content", 'f'),
                    _pipe,
                    new("content-type", "TYPE", "What it is", null, "ct"),
                    new("content-disposition", "TEXT", "How it is presented", null, "cd"),
                    new("content-encoding", "TEXT", "How it is encoded", null, "ce"),
                    new("content-language", "TEXT", "Its language", null, "cl"),
                    new("cache-control", "TEXT", "How long it may be cached", null, "cc"),
                    new("expires", "TIME", "Until when: a date, or milliseconds since 1970"),
                    new("storage-class", "CLASS", "Standard or InfrequentAccess", 's'),
                    .. DataCommand.CommonOptions,
                ]),
            StateService.R2,
            PutAsync),
        new(new("r2 object delete", "bucket/key", "Delete an object", [.. DataCommand.CommonOptions]), StateService.R2, DeleteAsync),
    ];

    private static async Task GetAsync(DataCall call)
    {
        var (bucket, shown, key) = Place(call);
        var pipe = call.Arguments.Has("pipe");
        var file = call.Arguments.Value("file");
        if (pipe && file is not null) throw new UsageException("--file and --pipe: choose one.");
        if (!pipe)
        {
            file = Path.GetFullPath(file ?? Beside(key));
            if (Directory.Exists(file)) throw new UsageException($"--file: {file} is a folder. Name a file in it.");
            await call.SayAsync($"Downloading \"{key}\" from \"{shown}\".");
        }

        await using var found = await (await call.OpenAsync()).R2.GetAsync(bucket, new R2Get(key), call.Stop) ?? throw new InvalidOperationException("The specified key does not exist.");
        if (file is null)
        {
            await using var output = Console.OpenStandardOutput();
            await CopyAsync(found, output, call.Stop);
            return;
        }

        await OutputFile.WriteAsync(file, output => CopyAsync(found, output, call.Stop));
        await call.SayAsync("Download complete.");
    }

    private static async Task PutAsync(DataCall call)
    {
        var (bucket, shown, key) = Place(call);
        var file = call.Arguments.Value("file");
        if (call.Arguments.Has("pipe") == file is not null) throw new UsageException(file is null ? "Either the --file or --pipe options are required." : "--file and --pipe: choose one.");
        if (file is not null && !File.Exists(file)) throw new UsageException($"The file \"{file}\" does not exist.");
        var storageClass = call.Arguments.Value("storage-class");
        R2Put request = new()
        {
            Key = key,
            StorageClass = storageClass is null ? null : R2StorageClasses.Check(storageClass),
            Http = new R2HttpMetadata(
                call.Arguments.Value("content-type"),
                call.Arguments.Value("content-language"),
                call.Arguments.Value("content-disposition"),
                call.Arguments.Value("content-encoding"),
                call.Arguments.Value("cache-control"),
                Expires(call)),
        };
        await call.SayAsync($"Creating object \"{key}\"{(storageClass is null ? "" : $" with {storageClass} storage class")} in bucket \"{shown}\".");
        await using var content = file is null ? Console.OpenStandardInput() : File.OpenRead(file);
        await (await call.OpenAsync()).R2.PutAsync(bucket, request, new R2Body(default, content, file is null ? null : content.Length), call.Stop);
        await call.SayAsync("Upload complete.");
    }

    private static async Task DeleteAsync(DataCall call)
    {
        var (bucket, shown, key) = Place(call);
        await call.SayAsync($"Deleting object \"{key}\" from bucket \"{shown}\".");
        await (await call.OpenAsync()).R2.DeleteAsync(bucket, [key]);
        await call.SayAsync("Delete complete.");
    }

    private static (string Bucket, string Shown, string Key) Place(DataCall call)
    {
        var path = call.Required(0);
        if (path.IndexOf('/') is not (> 0 and var slash) || slash == path.Length - 1) throw new UsageException($"The object path must be in the form of {{bucket}}/{{key}} you provided {path}");
        var (name, key) = (path[..slash], path[(slash + 1)..]);
        var known = call.Stored.Buckets;
        var bucket = known.FirstOrDefault(each => each.Name == name || each.PreviewName == name || each.Binding == name);
        if (bucket is not null) return (bucket.Local, name, key);
        // A wrong name would be a new, empty bucket that no Worker ever sees.
        throw new UsageException($"{call.Stored.FileName} has no R2 bucket \"{name}\". " + (known.IsEmpty
            ? "Add one to \"r2_buckets\": { \"binding\": \"BUCKET\", \"bucket_name\": \"" + name + "\" }."
            : $"There is {string.Join(", ", known.Select(each => each.Name ?? each.Binding))}."));
    }

    // A key may name any place; a command that was given only a key writes below the current folder.
    private static string Beside(string key)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, Path.GetFullPath(key));
        return relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative)
            ? throw new UsageException($"The key \"{key}\" leads out of this folder: say with --file where the object is to be written.")
            : relative;
    }

    private static long? Expires(DataCall call)
    {
        if (call.Arguments.Value("expires") is not { } text) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)) return milliseconds;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw new UsageException($"--expires must be a date or milliseconds since 1970, but is \"{text}\".");
    }

    private static async Task CopyAsync(R2Read found, Stream to, CancellationToken cancellation)
    {
        if (found.Content is { } content) await content.CopyToAsync(to, cancellation);
        else await to.WriteAsync(found.Bytes!.Value, cancellation);
    }
}
