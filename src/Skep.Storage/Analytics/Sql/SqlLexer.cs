using System.Text;
using Skep.Abstractions.Analytics;

namespace Skep.Storage.Analytics.Sql;

/// <summary>Divides a query into tokens.</summary>
internal static class SqlLexer
{
    private static readonly string[] Symbols = ["<=", ">=", "<>", "!=", "==", "(", ")", ",", "+", "-", "*", "/", "%", "=", "<", ">", ".", ";"];

    /// <exception cref="AnalyticsException">There is something that is no token.</exception>
    public static List<SqlToken> Read(string sql)
    {
        List<SqlToken> tokens = [];
        var at = 0;
        while (true)
        {
            at = SkipSpace(sql, at);
            if (at == sql.Length) break;
            var token = Next(sql, at);
            tokens.Add(token);
            at = token.End;
        }

        tokens.Add(new SqlToken(SqlTokenKind.End, "", sql.Length, sql.Length));
        return tokens;
    }

    private static int SkipSpace(string sql, int at)
    {
        while (at < sql.Length)
        {
            if (char.IsWhiteSpace(sql[at])) at++;
            else if (sql.AsSpan(at).StartsWith("--")) at = sql.IndexOf('\n', at) is >= 0 and var line ? line : sql.Length;
            else if (sql.AsSpan(at).StartsWith("/*")) at = sql.IndexOf("*/", at + 2, StringComparison.Ordinal) is >= 0 and var end ? end + 2 : throw Wrong(at, "a comment is not ended");
            else break;
        }

        return at;
    }

    private static SqlToken Next(string sql, int at)
    {
        var first = sql[at];
        var end = at;
        if (char.IsAsciiLetter(first) || first == '_')
        {
            while (end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] == '_')) end++;
            return new SqlToken(SqlTokenKind.Word, sql[at..end], at, end);
        }

        if (char.IsAsciiDigit(first) || (first == '.' && at + 1 < sql.Length && char.IsAsciiDigit(sql[at + 1]))) return Number(sql, at);
        if (first is '\'' or '"' or '`') return Quoted(sql, at);
        foreach (var symbol in Symbols)
        {
            if (sql.AsSpan(at).StartsWith(symbol, StringComparison.Ordinal)) return new SqlToken(SqlTokenKind.Symbol, symbol == "==" ? "=" : symbol, at, at + symbol.Length);
        }

        throw Wrong(at, $"the character {first} is not expected");
    }

    private static SqlToken Number(string sql, int at)
    {
        var end = at;
        while (end < sql.Length && char.IsAsciiDigit(sql[end])) end++;
        if (end < sql.Length && sql[end] == '.')
        {
            end++;
            while (end < sql.Length && char.IsAsciiDigit(sql[end])) end++;
        }

        if (end < sql.Length && sql[end] is 'e' or 'E')
        {
            var exponent = end + 1;
            if (exponent < sql.Length && sql[exponent] is '+' or '-') exponent++;
            if (exponent == sql.Length || !char.IsAsciiDigit(sql[exponent])) throw Wrong(at, "a number is not complete");
            end = exponent;
            while (end < sql.Length && char.IsAsciiDigit(sql[end])) end++;
        }

        return new SqlToken(SqlTokenKind.Number, sql[at..end], at, end);
    }

    private static SqlToken Quoted(string sql, int at)
    {
        var quote = sql[at];
        StringBuilder text = new();
        for (var i = at + 1; i < sql.Length; i++)
        {
            if (sql[i] == quote)
            {
                if (i + 1 == sql.Length || sql[i + 1] != quote) return new SqlToken(quote == '\'' ? SqlTokenKind.Text : SqlTokenKind.QuotedName, text.ToString(), at, i + 1);
                i++;
            }
            else if (sql[i] == '\\' && i + 1 < sql.Length)
            {
                i++;
                text.Append(sql[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', var other => other });
                continue;
            }

            text.Append(sql[i]);
        }

        throw Wrong(at, "a quoted text is not ended");
    }

    private static AnalyticsException Wrong(int at, string what) => new($"Syntax error at character {at + 1}: {what}.");
}
