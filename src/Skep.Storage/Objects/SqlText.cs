namespace Skep.Storage.Objects;

/// <summary>What can be told of SQL without compiling it.</summary>
internal static class SqlText
{
    /// <summary>Nothing but blanks, semicolons and comments.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> sql)
    {
        while (!sql.IsEmpty)
        {
            if (sql[0] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\v' or (byte)'\f' or (byte)';')
            {
                sql = sql[1..];
            }
            else if (sql.StartsWith("--"u8))
            {
                var end = sql.IndexOf((byte)'\n');
                sql = end < 0 ? default : sql[(end + 1)..];
            }
            else if (sql.StartsWith("/*"u8))
            {
                var end = sql[2..].IndexOf("*/"u8);
                sql = end < 0 ? default : sql[(end + 4)..];
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether it holds a name that begins as the platform's do.</summary>
    public static bool NamesPlatform(ReadOnlySpan<byte> sql)
    {
        for (var i = 0; i + 4 <= sql.Length; i++)
        {
            if (sql[i] == '_' && (sql[i + 1] | 0x20) == 'c' && (sql[i + 2] | 0x20) == 'f' && sql[i + 3] == '_') return true;
        }

        return false;
    }
}
