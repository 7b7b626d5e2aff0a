using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Skep.Abstractions.D1;
using Skep.Storage.Sqlite.Guest;

namespace Skep.Storage.D1;

/// <summary>Writes a database as SQL, in the order of SQLite's shell: tables with their rows, then indices, triggers and views.</summary>
/// <param name="connection">A connection of its own, in a transaction.</param>
/// <param name="options">What to write.</param>
/// <param name="to">Takes the SQL.</param>
internal sealed class D1Export(GuestConnection connection, D1ExportOptions options, Stream to)
{
    private const string Virtual = "CREATE VIRTUAL TABLE";

    private readonly HashSet<string> _wanted = new(options.Tables, StringComparer.OrdinalIgnoreCase);

    /// <summary>Writes it.</summary>
    /// <exception cref="D1Exception">There are tables that cannot be written so, or none of the name.</exception>
    public void Write()
    {
        connection.Allow(null);
        Line("PRAGMA defer_foreign_keys=TRUE;");
        var tables = List("SELECT name, sql, name FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL ORDER BY tbl_name = 'sqlite_sequence', rowid");
        foreach (var name in _wanted)
        {
            if (!tables.Exists(table => table.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) throw new D1Exception(400, $"There is no table \"{name}\" in the database.");
        }

        foreach (var (name, sql, _) in tables.Where(table => IsWanted(table.Name))) WriteTable(name, sql);
        if (options.NoSchema) return;
        foreach (var (_, sql, _) in List("SELECT name, sql, tbl_name FROM sqlite_schema WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL ORDER BY type DESC, rowid").Where(each => IsWanted(each.Table)))
            Line(sql + ";");
    }

    private bool IsWanted(string table) => _wanted.Count == 0 || _wanted.Contains(table);

    private void WriteTable(string name, string sql)
    {
        if (sql.StartsWith(Virtual, StringComparison.OrdinalIgnoreCase)) throw new D1Exception(400, "D1 Export error: cannot export databases with Virtual Tables (fts5)");
        if (name == "sqlite_sequence")
        {
            if (!options.NoSchema) Line("DELETE FROM sqlite_sequence;");
        }
        else if (name.StartsWith("sqlite_stat", StringComparison.Ordinal))
        {
            if (!options.NoSchema) Line("ANALYZE sqlite_schema;");
        }
        else if (name.StartsWith("sqlite_", StringComparison.Ordinal) || GuestRules.IsReserved(name))
        {
            return;
        }
        else if (!options.NoSchema)
        {
            // As SQLite's shell: a quoted name is one that may be there.
            Line(sql.StartsWith("CREATE TABLE '", StringComparison.Ordinal) || sql.StartsWith("CREATE TABLE \"", StringComparison.Ordinal) ? $"CREATE TABLE IF NOT EXISTS {sql[13..]};" : sql + ";");
        }

        if (!options.NoData) WriteRows(name);
    }

    private void WriteRows(string table)
    {
        // Generated columns are hidden here, as they must be: nothing can be inserted into them.
        List<string> columns = [];
        Each($"PRAGMA table_info({Quoted(table)})", row => columns.Add(Quoted(Encoding.UTF8.GetString(row.Text(1)))));
        var list = string.Join(",", columns);
        var begin = Encoding.UTF8.GetBytes($"INSERT INTO {Quoted(table)} ({list}) VALUES(");
        Each($"SELECT {list} FROM {Quoted(table)}", row =>
        {
            to.Write(begin);
            for (var column = 0; column < columns.Count; column++)
            {
                if (column > 0) to.Write(","u8);
                WriteValue(row, column);
            }

            to.Write(");\n"u8);
        });
    }

    private void WriteValue(GuestStatement row, int column)
    {
        Span<byte> number = stackalloc byte[32];
        int length;
        switch (row.Type(column))
        {
            case SqliteNative.TypeInteger:
                Utf8Formatter.TryFormat(row.Int64(column), number, out length);
                to.Write(number[..length]);
                break;
            case SqliteNative.TypeFloat:
                WriteReal(row.Double(column));
                break;
            case SqliteNative.TypeText:
                WriteText(row.Text(column));
                break;
            case SqliteNative.TypeBlob:
                to.Write("X'"u8);
                to.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(row.Blob(column))));
                to.Write("'"u8);
                break;
            default:
                to.Write("NULL"u8);
                break;
        }
    }

    private void WriteReal(double value)
    {
        var text = double.IsPositiveInfinity(value) ? "9e999" : double.IsNegativeInfinity(value) ? "-9e999" : value.ToString("R", CultureInfo.InvariantCulture);
        // Without a point it would be an integer.
        to.Write(Encoding.ASCII.GetBytes(text.All(character => character == '-' || char.IsAsciiDigit(character)) ? text + ".0" : text));
    }

    private void WriteText(ReadOnlySpan<byte> text)
    {
        // SQL ends at such a character.
        if (text.Contains((byte)0))
        {
            to.Write("CAST(X'"u8);
            to.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(text)));
            to.Write("' AS TEXT)"u8);
            return;
        }

        to.Write("'"u8);
        for (var quote = text.IndexOf((byte)'\''); quote >= 0; quote = text.IndexOf((byte)'\''))
        {
            to.Write(text[..(quote + 1)]);
            to.Write("'"u8);
            text = text[(quote + 1)..];
        }

        to.Write(text);
        to.Write("'"u8);
    }

    private List<(string Name, string Sql, string Table)> List(string sql)
    {
        List<(string, string, string)> found = [];
        Each(sql, row => found.Add((Encoding.UTF8.GetString(row.Text(0)), Encoding.UTF8.GetString(row.Text(1)), Encoding.UTF8.GetString(row.Text(2)))));
        return found;
    }

    private void Each(string sql, Action<GuestStatement> take)
    {
        using var statement = connection.Compile(Encoding.UTF8.GetBytes(sql + '\0'), out _)!;
        while (statement.Step()) take(statement);
    }

    private void Line(string sql) => to.Write(Encoding.UTF8.GetBytes(sql + '\n'));

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
