using System.Globalization;

namespace Skep.Supervision.Objects;

/// <summary>Lets epochs rise over restarts of the supervisor: each start has a range of its own, noted on the disk before it is used.</summary>
internal static class EpochFile
{
    /// <summary>What the file is called in the data folder.</summary>
    public const string Name = "objects.epoch";

    // A thousand million leases for each second of a server's life; seconds enough for two centuries.
    private const int Shift = 30;

    /// <summary>The first epoch of this start; so many follow that no start uses them up.</summary>
    /// <param name="path">The file. Made when it is not there.</param>
    /// <param name="time">Where the file was lost, e.g. with a backup that was put back, the clock is ahead of every earlier start.</param>
    public static long Next(string path, TimeProvider time)
    {
        var start = Math.Max(time.GetUtcNow().ToUnixTimeSeconds(), File.Exists(path) ? Read(path) + 1 : 1);
        var fresh = path + ".new";
        using (FileStream file = new(fresh, FileMode.Create))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{start}\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
        return start << Shift;
    }

    private static long Read(string path)
    {
        var text = File.ReadAllText(path);
        return long.TryParse(text, CultureInfo.InvariantCulture, out var start) && start > 0
            ? start
            : throw new InvalidDataException($"{path} should hold a number, but holds \"{text.Trim()}\". Write one that is higher than any it has held, e.g. {DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.");
    }
}
