using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.Guest;
using SQLitePCL;

namespace Skep.Storage.Objects;

/// <summary>Decides, while a statement is compiled, whether a worker may run it, and notes which tables it writes
/// (https://sqlite.org/c3ref/set_authorizer.html).</summary>
internal sealed unsafe class SqlAuthorizer : IDisposable
{
    private GCHandle _self;

    public SqlAuthorizer() => _self = GCHandle.Alloc(this);

    /// <summary>Whether the platform's own statements are being compiled or run: they may do anything.</summary>
    public bool Trusted { get; set; }

    /// <summary>A text that says more than that it is not authorized.</summary>
    public string? Refusal { get; set; }

    /// <summary>The tables written by what is being compiled, each with the columns that an UPDATE sets, or none.</summary>
    public Dictionary<string, HashSet<string>> Written { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether it renames a table.</summary>
    public bool Alters { get; private set; }

    public void Attach(nint connection) => _ = SqliteNative.sqlite3_set_authorizer(connection, &Authorize, GCHandle.ToIntPtr(_self));

    public void Begin()
    {
        Refusal = null;
        Alters = false;
        Written.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _self.Free();

    [UnmanagedCallersOnly]
    private static int Authorize(nint state, int action, byte* first, byte* second, byte* database, byte* trigger)
    {
        var self = Unsafe.As<SqlAuthorizer>(GCHandle.FromIntPtr(state).Target!);
        if (self.Trusted) return raw.SQLITE_OK;
        return self.IsAllowed(action, Name(first), Name(second), Name(database)) ? raw.SQLITE_OK : raw.SQLITE_DENY;
    }

    private static string? Name(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    private static bool IsReserved(string? name) => name is not null && GuestRules.IsReserved(name);

    private bool IsAllowed(int action, string? first, string? second, string? database)
    {
        // Of these two SQLite gives the database where others have the table.
        if (action is raw.SQLITE_ALTER_TABLE or raw.SQLITE_DETACH) (first, database) = (second, first);
        if (database is "temp") return action is raw.SQLITE_READ or raw.SQLITE_UPDATE && !IsReserved(first);
        if (database is not (null or "main")) return false;
        switch (action)
        {
            case raw.SQLITE_SELECT or raw.SQLITE_RECURSIVE or raw.SQLITE_ANALYZE:
                return true;
            case raw.SQLITE_INSERT or raw.SQLITE_DELETE:
                Writes(first);
                return !IsReserved(first);
            case raw.SQLITE_UPDATE:
                Writes(first).Add(second ?? "");
                return !IsReserved(first);
            case raw.SQLITE_READ or raw.SQLITE_CREATE_TABLE or raw.SQLITE_DROP_TABLE or raw.SQLITE_CREATE_VIEW or raw.SQLITE_DROP_VIEW or raw.SQLITE_REINDEX:
                return !IsReserved(first);
            case raw.SQLITE_ALTER_TABLE:
                Alters = true;
                return !IsReserved(first);
            case raw.SQLITE_CREATE_INDEX or raw.SQLITE_DROP_INDEX or raw.SQLITE_CREATE_TRIGGER or raw.SQLITE_DROP_TRIGGER:
                return !IsReserved(first) && !IsReserved(second);
            case raw.SQLITE_CREATE_VTABLE or raw.SQLITE_DROP_VTABLE:
                return (second is not null && GuestRules.Modules.Contains(second)) && !IsReserved(first);
            case raw.SQLITE_PRAGMA:
                return GuestRules.Pragmas.TryGetValue(first ?? "", out var kind) && GuestRules.Suits(kind, second);
            case raw.SQLITE_FUNCTION:
                return second is not null && GuestRules.Functions.Contains(second);
            case raw.SQLITE_TRANSACTION or raw.SQLITE_SAVEPOINT:
                Refusal = GuestRules.NoTransactions;
                return false;
            default:
                return false;
        }
    }

    private HashSet<string> Writes(string? table)
    {
        ref var columns = ref CollectionsMarshal.GetValueRefOrAddDefault(Written, table ?? "", out _);
        return columns ??= new HashSet<string>(StringComparer.OrdinalIgnoreCase);
    }
}
