using System.Globalization;
using Skep.Abstractions.Analytics;

namespace Skep.Storage.Analytics.Sql;

/// <summary>Reads the SQL of Analytics Engine (https://developers.cloudflare.com/analytics/analytics-engine/sql-reference/).</summary>
internal sealed class SqlParser
{
    private const int Deepest = 64;
    private static readonly HashSet<string> Reserved = new(
        ["SELECT", "FROM", "WHERE", "GROUP", "BY", "HAVING", "ORDER", "LIMIT", "OFFSET", "FORMAT", "AS", "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "ILIKE", "IS", "NULL", "ASC", "DESC", "DISTINCT", "INTERVAL", "UNION", "JOIN"],
        StringComparer.OrdinalIgnoreCase);

    private readonly string _sql;
    private readonly List<SqlToken> _tokens;
    private int _at;
    private int _depth;

    private SqlParser(string sql)
    {
        _sql = sql;
        _tokens = SqlLexer.Read(sql);
    }

    private SqlToken Next => _tokens[_at];

    /// <exception cref="AnalyticsException">It is no query of that language.</exception>
    public static SqlStatement Read(string sql)
    {
        SqlParser parser = new(sql);
        var statement = parser.Statement();
        parser.Symbol(";");
        return parser.Next.Kind == SqlTokenKind.End ? statement : throw parser.Unexpected("the end of the query");
    }

    private SqlStatement Statement()
    {
        if (!Word("SHOW")) return Select();
        var what = Next;
        if (!Word("TABLES") && !Word("TIMEZONES") && !Word("TIMEZONE")) throw Unexpected("TABLES, TIMEZONES or TIMEZONE");
        return new SqlShow(what.Value.ToUpperInvariant(), Format());
    }

    private SqlSelect Select()
    {
        if (!Word("SELECT")) throw Unexpected("SELECT or SHOW");
        if (++_depth > Deepest) throw Wrong(Next, "the query is nested too deeply");
        var distinct = Word("DISTINCT");
        List<SqlItem> items = [];
        do items.Add(Item());
        while (Symbol(","));
        string? table = null;
        SqlSelect? inner = null;
        if (Word("FROM"))
        {
            if (Symbol("("))
            {
                inner = Select();
                Require(")");
                _ = Word("AS");
                if (Next.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName && !Reserved.Contains(Next.Value)) _at++;
            }
            else
            {
                table = Name("the name of a dataset");
            }

            if (Next is { Kind: SqlTokenKind.Word } join && (Is("JOIN") || Is("INNER") || Is("LEFT") || Is("RIGHT") || Is("FULL") || Is("CROSS") || Symbol(",")))
                throw Wrong(join, "JOIN is not supported");
        }

        var where = Word("WHERE") ? Expression() : null;
        List<SqlExpression> groups = [];
        if (Word("GROUP"))
        {
            RequireWord("BY");
            do groups.Add(Expression());
            while (Symbol(","));
        }

        var having = Word("HAVING") ? Expression() : null;
        List<(SqlExpression, bool)> orders = [];
        if (Word("ORDER"))
        {
            RequireWord("BY");
            do orders.Add((Expression(), !Word("ASC") && Word("DESC")));
            while (Symbol(","));
        }

        long? limit = null, offset = null;
        if (Word("LIMIT"))
        {
            limit = Whole();
            // LIMIT offset, count
            if (Symbol(",")) (offset, limit) = (limit, Whole());
        }

        if (Word("OFFSET")) offset = Whole();
        if (Is("UNION") || Is("INTERSECT") || Is("EXCEPT")) throw Wrong(Next, $"{Next.Value.ToUpperInvariant()} is not supported");
        _depth--;
        return new SqlSelect(Format())
        {
            Distinct = distinct, Items = items, Table = table, Inner = inner, Where = where, GroupBy = groups, Having = having, OrderBy = orders, Limit = limit, Offset = offset,
        };
    }

    private SqlItem Item()
    {
        if (Symbol("*")) return new SqlItem(null, "*", IsAlias: false);
        var start = Next.Start;
        var value = Expression();
        var text = _sql[start.._tokens[_at - 1].End];
        if (Word("AS")) return new SqlItem(value, Name("a name"), IsAlias: true);
        if (Next.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName && !Reserved.Contains(Next.Value)) return new SqlItem(value, Name("a name"), IsAlias: true);
        return new SqlItem(value, value is SqlColumn column ? column.Name : text, IsAlias: false);
    }

    private SqlExpression Expression()
    {
        if (++_depth > Deepest) throw Wrong(Next, "an expression is nested too deeply");
        var left = Conjunction();
        while (Next is var token && Word("OR")) left = new SqlOperation("OR", left, Conjunction(), token.Start);
        _depth--;
        return left;
    }

    private SqlExpression Conjunction()
    {
        var left = Negation();
        while (Next is var token && Word("AND")) left = new SqlOperation("AND", left, Negation(), token.Start);
        return left;
    }

    private SqlExpression Negation()
    {
        var token = Next;
        if (!Word("NOT")) return Comparison();
        if (++_depth > Deepest) throw Wrong(token, "an expression is nested too deeply");
        SqlOperation negated = new("NOT", Negation(), null, token.Start);
        _depth--;
        return negated;
    }

    private SqlExpression Comparison()
    {
        var left = Sum();
        for (;;)
        {
            var token = Next;
            if (token.Kind == SqlTokenKind.Symbol && token.Value is "=" or "!=" or "<>" or "<" or ">" or "<=" or ">=")
            {
                _at++;
                left = new SqlOperation(token.Value == "<>" ? "!=" : token.Value, left, Sum(), token.Start);
                continue;
            }

            if (Word("IS"))
            {
                var negated = Word("NOT");
                RequireWord("NULL");
                left = new SqlIsNull(left, negated, token.Start);
                continue;
            }

            var not = Is("NOT") && _tokens[_at + 1] is { Kind: SqlTokenKind.Word, Value: var after } && IsOneOf(after, "IN", "BETWEEN", "LIKE", "ILIKE");
            if (not) _at++;
            if (Word("IN")) left = new SqlIn(left, List(), not, token.Start);
            else if (Word("BETWEEN")) left = Between(left, not, token.Start);
            else if (Word("LIKE")) left = Maybe(new SqlOperation("LIKE", left, Sum(), token.Start), not);
            else if (Word("ILIKE")) left = Maybe(new SqlOperation("ILIKE", left, Sum(), token.Start), not);
            else return left;
        }
    }

    private SqlBetween Between(SqlExpression value, bool not, int at)
    {
        var from = Sum();
        RequireWord("AND");
        return new SqlBetween(value, from, Sum(), not, at);
    }

    private static SqlOperation Maybe(SqlOperation operation, bool not) => not ? new SqlOperation("NOT", operation, null, operation.At) : operation;

    private SqlExpression Sum()
    {
        var left = Product();
        while (Next is { Kind: SqlTokenKind.Symbol, Value: "+" or "-" } token)
        {
            _at++;
            left = new SqlOperation(token.Value, left, Product(), token.Start);
        }

        return left;
    }

    private SqlExpression Product()
    {
        var left = Signed();
        while (Next is { Kind: SqlTokenKind.Symbol, Value: "*" or "/" or "%" } token)
        {
            _at++;
            left = new SqlOperation(token.Value, left, Signed(), token.Start);
        }

        return left;
    }

    private SqlExpression Signed()
    {
        var token = Next;
        if (Symbol("+")) return Signed();
        if (!Symbol("-")) return Primary();
        if (++_depth > Deepest) throw Wrong(token, "an expression is nested too deeply");
        SqlOperation negated = new("-", Signed(), null, token.Start);
        _depth--;
        return negated;
    }

    private SqlExpression Primary()
    {
        var token = Next;
        switch (token.Kind)
        {
            case SqlTokenKind.Number:
                _at++;
                return new SqlNumber(token.Value, token.Start);
            case SqlTokenKind.Text:
                _at++;
                return new SqlText(token.Value, token.Start);
            case SqlTokenKind.QuotedName:
                _at++;
                return new SqlColumn(token.Value, token.Start);
            case SqlTokenKind.Symbol when Symbol("("):
                var inner = Expression();
                Require(")");
                return inner;
            case SqlTokenKind.Word when Word("NULL"):
                return new SqlNull(token.Start);
            case SqlTokenKind.Word when Word("TRUE"):
                return new SqlNumber("1", token.Start);
            case SqlTokenKind.Word when Word("FALSE"):
                return new SqlNumber("0", token.Start);
            case SqlTokenKind.Word when Word("INTERVAL"):
                return Interval(token.Start);
            case SqlTokenKind.Word when Is("CASE"):
                throw Wrong(token, "CASE is not supported; use if(condition, then, else)");
            case SqlTokenKind.Word when Reserved.Contains(token.Value):
                throw Unexpected("an expression");
            case SqlTokenKind.Word:
                _at++;
                return Symbol("(") ? Call(token) : new SqlColumn(token.Value, token.Start);
            default:
                throw Unexpected("an expression");
        }
    }

    private SqlCall Call(SqlToken name)
    {
        var distinct = Word("DISTINCT");
        var arguments = Arguments();
        if (!Symbol("(")) return new SqlCall(name.Value, [], arguments, distinct, name.Start);
        return new SqlCall(name.Value, arguments, Arguments(), distinct, name.Start);
    }

    private List<SqlExpression> Arguments()
    {
        List<SqlExpression> arguments = [];
        if (Symbol(")")) return arguments;
        if (Symbol("*"))
        {
            Require(")");
            return arguments;
        }

        do arguments.Add(Expression());
        while (Symbol(","));
        Require(")");
        return arguments;
    }

    // https://developers.cloudflare.com/analytics/analytics-engine/sql-reference/literals/: '1' DAY, or 1 DAY
    private SqlInterval Interval(int at)
    {
        var count = Next;
        if (count.Kind is not (SqlTokenKind.Text or SqlTokenKind.Number) || !long.TryParse(count.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            throw Unexpected("a whole number, such as INTERVAL '1' DAY");
        _at++;
        var unit = Next.Value.ToUpperInvariant().TrimEnd('S');
        if (Next.Kind != SqlTokenKind.Word || !SqlTime.IsUnit(unit)) throw Unexpected($"one of {string.Join(", ", SqlTime.Units)}");
        _at++;
        return new SqlInterval(value, unit, at);
    }

    private List<SqlExpression> List()
    {
        Require("(");
        if (Is("SELECT")) throw Wrong(Next, "a query in IN is not supported");
        return Arguments() is { Count: > 0 } list ? list : throw Unexpected("a value");
    }

    private string? Format() => Word("FORMAT") ? Name("a format: JSON, JSONEachRow or TabSeparated") : null;

    private long Whole()
    {
        if (Next.Kind != SqlTokenKind.Number || !long.TryParse(Next.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) throw Unexpected("a whole number");
        _at++;
        return value;
    }

    private string Name(string what)
    {
        if (Next.Kind is not (SqlTokenKind.Word or SqlTokenKind.QuotedName)) throw Unexpected(what);
        return _tokens[_at++].Value;
    }

    private bool Is(string word) => Next.Kind == SqlTokenKind.Word && Next.Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static bool IsOneOf(string word, params ReadOnlySpan<string> words)
    {
        foreach (var each in words)
        {
            if (each.Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private bool Word(string word)
    {
        if (!Is(word)) return false;
        _at++;
        return true;
    }

    private bool Symbol(string symbol)
    {
        if (Next.Kind != SqlTokenKind.Symbol || Next.Value != symbol) return false;
        _at++;
        return true;
    }

    private void Require(string symbol)
    {
        if (!Symbol(symbol)) throw Unexpected(symbol);
    }

    private void RequireWord(string word)
    {
        if (!Word(word)) throw Unexpected(word);
    }

    private AnalyticsException Unexpected(string wanted) => Wrong(Next, $"{wanted} is expected, not {(Next.Kind == SqlTokenKind.End ? "the end of the query" : _sql[Next.Start..Next.End])}");

    private static AnalyticsException Wrong(SqlToken at, string what) => new($"Syntax error at character {at.Start + 1}: {what}.");
}
