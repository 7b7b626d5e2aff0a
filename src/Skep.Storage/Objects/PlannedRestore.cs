using System.Security.Cryptography;
using Skep.Storage.Disk;
using Skep.Storage.Sqlite.History;

namespace Skep.Storage.Objects;

/// <summary>What an object is to be when it is next opened, in a file beside it. The bookmark that undoes it is given out before the moment
/// that it stands for: which that was is noted when it comes.</summary>
internal sealed class PlannedRestore(string path)
{
    private const string Open = "ffffffff";

    private string PlanPath => path + "-restore";

    private string UndoPath => path + "-undo";

    public bool IsPlanned => File.Exists(PlanPath);

    /// <summary>The bookmark that a bookmark stands for.</summary>
    public string Resolve(string bookmark) => Undos().GetValueOrDefault(bookmark, bookmark);

    /// <summary>Plans to go back to a bookmark.</summary>
    /// <returns>The bookmark that will undo it: it sorts after all of this session.</returns>
    public string Plan(string target, string now)
    {
        var undo = $"{now[..8]}-{now[9..17]}-{Open}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
        Write(PlanPath, $"{target} {undo}");
        return undo;
    }

    /// <summary>Carries out what was planned. After a crash it is done once more, with the same end.</summary>
    public void CarryOut(ObjectSession session, HistoryOptions options, TimeProvider time)
    {
        var planned = File.ReadAllText(PlanPath).Split(' ');
        var history = session.History(options, time);
        history.KeepLog();
        if (!history.TryEmptyLog(session.Connection)) throw new IOException($"{path} cannot be restored: its log is in use.");
        var undos = Undos();
        if (undos.TryAdd(planned[1], history.Bookmark(history.Now))) Write(UndoPath, string.Join('\n', undos.Select(each => $"{each.Key} {each.Value}")));
        history.Restore(planned[0], session.Connection);
        session.Forget();
        session.History(options, time);
        session.SyncLog();
        File.Delete(PlanPath);
    }

    /// <summary>Forgets it: it cannot be done.</summary>
    public void Drop() => File.Delete(PlanPath);

    private static void Write(string to, string text) => DurableFile.Write(to, file => file.Write(System.Text.Encoding.ASCII.GetBytes(text)));

    private Dictionary<string, string> Undos() =>
        !File.Exists(UndoPath) ? [] : File.ReadAllLines(UndoPath).Select(line => line.Split(' ')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
