using System.Globalization;

namespace Skep.Storage.Sqlite.History;

/// <summary>The files of a database's history, in a folder of their own. Their names end so that backups leave them out: a copy of the
/// database has other pages, and begins a history of its own.</summary>
internal sealed class HistoryFiles(string folder)
{
    /// <summary>What their names end with.</summary>
    public const string Ending = ".history";

    public string State => Path.Combine(folder, "state" + Ending);

    public string Times => Path.Combine(folder, "times" + Ending);

    /// <summary>A place to build a database of the past at.</summary>
    public string Image => Path.Combine(folder, "image" + Ending);

    public string Segment(uint number) => Path.Combine(folder, number.ToString("x8", CultureInfo.InvariantCulture) + Ending);

    /// <summary>The segments that there are, oldest first.</summary>
    public List<uint> Segments() =>
    [
        .. Directory.EnumerateFiles(folder, "*" + Ending)
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Select(name => name.Length == 8 && uint.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(number => number != 0)
            .Order(),
    ];

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }
}
