using System.Runtime.InteropServices;
using SQLitePCL;

namespace Skep.Storage.Sqlite;

/// <summary>Binds SQLite to the system's own library, which the distribution keeps patched.</summary>
internal static class SqliteLibrary
{
    private static readonly string[] Names = ["libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib"];

    private static readonly Lazy<bool> Loaded = new(Bind);

    /// <summary>Makes <see cref="raw"/> usable.</summary>
    /// <exception cref="DllNotFoundException">SQLite is not installed.</exception>
    public static void Ensure() => _ = Loaded.Value;

    private static bool Bind()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (_, _, _) => Load());
        NativeLibrary.SetDllImportResolver(typeof(SqliteLibrary).Assembly, static (name, _, _) => name == Guest.SqliteNative.Library ? Load() : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        return true;
    }

    /// <summary>The library.</summary>
    /// <exception cref="DllNotFoundException">SQLite is not installed.</exception>
    public static nint Load()
    {
        foreach (var each in Names)
        {
            if (NativeLibrary.TryLoad(each, out var library)) return library;
        }

        throw new DllNotFoundException("SQLite is not installed: apt-get install libsqlite3-0 (or your distribution's SQLite 3 package).");
    }
}
