namespace Skep.Storage.Sqlite.History;

/// <summary>The connection that writes a database whose history is kept.</summary>
internal interface ILoggedConnection
{
    /// <summary>Moves the write-ahead log into the database; false when somebody reads what would be replaced.</summary>
    bool TryMoveLog();

    /// <summary>Makes the database what another file is, in one transaction.</summary>
    void ReplaceBy(string path);
}
