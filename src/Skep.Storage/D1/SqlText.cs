using System.Text;

namespace Skep.Storage.D1;

/// <summary>SQL as bytes, as far as one must look into it.</summary>
internal static class SqlText
{
    /// <summary>How many bytes at the beginning are white space, comments and semicolons.</summary>
    public static int BlankLength(ReadOnlySpan<byte> sql)
    {
        var at = 0;
        while (at < sql.Length)
        {
            if (sql[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or (byte)';')
            {
                at++;
                continue;
            }

            var end = sql[at..] switch
            {
                [(byte)'-', (byte)'-', ..] => "\n"u8,
                [(byte)'/', (byte)'*', ..] => "*/"u8,
                _ => default,
            };
            if (end.IsEmpty) return at;
            var length = sql[(at + 2)..].IndexOf(end);
            if (length < 0) return sql.Length;
            at += 2 + length + end.Length;
        }

        return at;
    }

    /// <summary>Whether a text begins with a word, in capitals or not.</summary>
    public static bool BeginsWith(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> word) =>
        sql.Length > word.Length && Ascii.EqualsIgnoreCase(sql[..word.Length], word) && !char.IsAsciiLetterOrDigit((char)sql[word.Length]) && sql[word.Length] != '_';
}
