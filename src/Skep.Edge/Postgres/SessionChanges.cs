namespace Skep.Edge.Postgres;

/// <summary>Tells what leaves something in a connection's session that the next client must not find: settings, temporary tables,
/// prepared statements of SQL, listeners, locks.</summary>
internal static class SessionChanges
{
    private static readonly string[] Tags = ["SET", "RESET", "LISTEN", "PREPARE", "DEALLOCATE", "DISCARD", "LOAD", "DECLARE CURSOR", "CREATE TABLE", "SELECT INTO", "CREATE VIEW", "CREATE SEQUENCE", "DO", "CALL"];
    private static readonly byte[][] Words = ["set_config"u8.ToArray(), "advisory"u8.ToArray(), "pg_temp"u8.ToArray(), "temp "u8.ToArray(), "temporary "u8.ToArray()];

    /// <summary>Whether a command with that tag (CommandComplete) may have left something.</summary>
    public static bool IsLeftBy(ReadOnlySpan<byte> tag)
    {
        foreach (var each in Tags)
        {
            if (tag.Length >= each.Length && System.Text.Ascii.Equals(tag[..each.Length], each) && (tag.Length == each.Length || tag[each.Length] is 0 or (byte)' ')) return true;
        }

        return false;
    }

    /// <summary>Whether a query with that text may leave something without its tag saying so.</summary>
    public static bool AreMadeBy(ReadOnlySpan<byte> text)
    {
        foreach (var word in Words)
        {
            var rest = text;
            while (rest.Length >= word.Length)
            {
                var at = rest.IndexOfAny(word[0], (byte)(word[0] - 32));
                if (at < 0 || rest.Length - at < word.Length) break;
                if (System.Text.Ascii.EqualsIgnoreCase(rest.Slice(at, word.Length), word)) return true;
                rest = rest[(at + 1)..];
            }
        }

        return false;
    }

    /// <summary>Whether the command took all prepared statements away from the server.</summary>
    public static bool ForgetsStatements(ReadOnlySpan<byte> tag) => tag.StartsWith("DISCARD ALL"u8) || tag.StartsWith("DEALLOCATE"u8);
}
