using System.Globalization;
using System.Text;
using Skep.Abstractions.Analytics;

namespace Skep.Storage.Analytics.Sql;

/// <summary>Translates a query to SQLite's language, of which only what this writes ever gets there.</summary>
internal sealed class SqlTranslator
{
    private const int Deepest = 200;

    private readonly Func<string, long?> _dataset;
    private readonly long _now;
    private readonly IReadOnlyList<(string Name, SqlTranslated Value)> _columns;
    private readonly Dictionary<string, SqlExpression> _aliases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _expanding = new(StringComparer.Ordinal);
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);
    private readonly string _from;
    private int _depth;

    private SqlTranslator(SqlSelect select, Func<string, long?> dataset, long now)
    {
        (_dataset, _now) = (dataset, now);
        if (select.Inner is { } inner)
        {
            var (sql, columns) = Translate(inner, dataset, now);
            _columns = [.. columns.Select(column => (column.Name, new SqlTranslated(Name(column.Name), column.Type, IsBare: true)))];
            _from = $" FROM ({sql})";
        }
        else if (select.Table is { } table)
        {
            var id = dataset(table) ?? throw new AnalyticsException($"There is no dataset \"{table}\": nothing has been written to it. SHOW TABLES has those there are.");
            _columns = [.. Columns(table)];
            _from = $" FROM point WHERE dataset = {id.ToString(CultureInfo.InvariantCulture)}";
        }
        else
        {
            _columns = [];
            _from = "";
        }

        foreach (var item in select.Items)
        {
            if (item is { IsAlias: true, Value: { } value }) _aliases[item.Name] = value;
        }
    }

    /// <summary>The query, and the names and types of its columns.</summary>
    /// <param name="select">The query.</param>
    /// <param name="dataset">Finds a dataset's number.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <exception cref="AnalyticsException">It cannot be run.</exception>
    public static (string Sql, IReadOnlyList<(string Name, SqlType Type)> Columns) Translate(SqlSelect select, Func<string, long?> dataset, long now) =>
        new SqlTranslator(select, dataset, now).Select(select);

    private (string Sql, IReadOnlyList<(string Name, SqlType Type)> Columns) Select(SqlSelect select)
    {
        var where = select.Where is { } condition ? Value(condition) : default;
        if (where.IsAggregate) throw new AnalyticsException("WHERE has an aggregate; HAVING is for those.");
        List<string> groups = [];
        foreach (var group in select.GroupBy)
        {
            var value = Value(Positioned(select, group));
            if (value.IsAggregate) throw new AnalyticsException("GROUP BY has an aggregate.");
            groups.Add(value.Sql);
        }

        _groups.UnionWith(groups);
        List<(string Name, SqlTranslated Value)> items = [];
        foreach (var item in select.Items)
        {
            if (item.Value is null) items.AddRange(_columns.Select(column => (column.Name, Grouped(column.Value))));
            else items.Add((item.Name, item.IsAlias ? Aliased(item.Name, item.Value) : Value(item.Value)));
        }

        if (items.Count == 0) throw new AnalyticsException("SELECT * needs a FROM.");
        var having = select.Having is { } filter ? Value(filter) : default;
        var orders = select.OrderBy.Select(order => (Value: Value(Positioned(select, order.By)), order.Descending)).ToList();
        if (groups.Count > 0 || having.Sql is not null || items.Any(item => item.Value.IsAggregate))
        {
            if (items.FirstOrDefault(item => item.Value.IsBare) is { Name: { } bare })
                throw new AnalyticsException($"{bare} is neither in GROUP BY nor within an aggregate.");
            if (having.IsBare || orders.Any(order => order.Value.IsBare)) throw new AnalyticsException("HAVING or ORDER BY has a column that is neither in GROUP BY nor within an aggregate.");
        }
        else if (orders.Any(order => order.Value.IsAggregate))
        {
            throw new AnalyticsException("ORDER BY has an aggregate, and the query none.");
        }

        StringBuilder sql = new(select.Distinct ? "SELECT DISTINCT " : "SELECT ");
        sql.AppendJoin(", ", items.Select(item => $"{item.Value.Sql} AS {Name(item.Name)}")).Append(_from);
        if (where.Sql is not null) sql.Append(select.Table is null ? " WHERE " : " AND ").Append(where.Sql);
        if (groups.Count > 0) sql.Append(" GROUP BY ").AppendJoin(", ", groups.Select(Grouping));
        if (having.Sql is not null) sql.Append(groups.Count > 0 ? " HAVING " : " GROUP BY '' HAVING ").Append(having.Sql);
        if (orders.Count > 0) sql.Append(" ORDER BY ").AppendJoin(", ", orders.Select(order => Grouping(order.Value.Sql) + (order.Descending ? " DESC" : "")));
        if (select.Limit is not null || select.Offset is not null)
            sql.Append(CultureInfo.InvariantCulture, $" LIMIT {select.Limit ?? -1} OFFSET {select.Offset ?? 0}");
        return (sql.ToString(), [.. items.Select(item => (item.Name, item.Value.Type))]);
    }

    // A number there would be a column's place.
    private static string Grouping(string sql) => char.IsAsciiDigit(sql[0]) ? $"({sql} || '')" : sql;

    private static IEnumerable<(string Name, SqlTranslated Value)> Columns(string table)
    {
        yield return ("dataset", new SqlTranslated(SqlTranslated.Quote(table), SqlType.String));
        yield return ("timestamp", new SqlTranslated("timestamp", SqlType.DateTime, IsBare: true));
        yield return ("_sample_interval", new SqlTranslated("sample_interval", SqlType.UInt32, IsBare: true));
        yield return ("index1", new SqlTranslated("index1", SqlType.String, IsBare: true));
        for (var i = 1; i <= AnalyticsPoint.MostMembers; i++) yield return ($"blob{i}", new SqlTranslated($"coalesce(blob{i}, '')", SqlType.String, IsBare: true));
        for (var i = 1; i <= AnalyticsPoint.MostMembers; i++) yield return ($"double{i}", new SqlTranslated($"coalesce(double{i}, 0.0)", SqlType.Float64, IsBare: true));
    }

    private static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static SqlExpression Positioned(SqlSelect select, SqlExpression expression)
    {
        if (expression is not SqlNumber number) return expression;
        return int.TryParse(number.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place >= 1 && place <= select.Items.Count && select.Items[place - 1].Value is { } value
            ? value
            : throw new AnalyticsException($"There is no column {number.Value} to group or order by.");
    }

    private SqlTranslated Grouped(SqlTranslated value) => value.IsBare && _groups.Contains(value.Sql) ? value with { IsBare = false } : value;

    private SqlTranslated Aliased(string name, SqlExpression value)
    {
        _expanding.Add(name);
        var translated = Value(value);
        _expanding.Remove(name);
        return translated;
    }

    private SqlTranslated Value(SqlExpression expression)
    {
        if (++_depth > Deepest) throw new AnalyticsException("An expression is nested too deeply.");
        var translated = expression switch
        {
            SqlText text => new SqlTranslated(Literal(text.Value), SqlType.String),
            SqlNumber number => Number(number.Value),
            SqlNull => new SqlTranslated("NULL", SqlType.Null),
            SqlColumn column => Column(column),
            SqlOperation operation => Operation(operation),
            SqlBetween between => Between(between),
            SqlIn list => In(list),
            SqlIsNull test => Value(test.Value) is var value ? SqlTranslated.Of($"({value.Sql} IS {(test.Not ? "NOT " : "")}NULL)", SqlType.UInt8, value) : default,
            SqlCall call => Call(call),
            SqlInterval => throw new AnalyticsException("An INTERVAL is added to a moment or taken from it, or an argument of toStartOfInterval()."),
            _ => throw new NotSupportedException(expression.GetType().Name),
        };
        _depth--;
        return Grouped(translated);
    }

    private static string Literal(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? throw new AnalyticsException("A text has the character 0, which is not supported.") : SqlTranslated.Quote(text);

    private static SqlTranslated Number(string value)
    {
        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
            return new SqlTranslated(value, whole <= byte.MaxValue ? SqlType.UInt8 : whole <= uint.MaxValue ? SqlType.UInt32 : SqlType.UInt64);
        var number = double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? new SqlTranslated(number.ToString("E17", CultureInfo.InvariantCulture), SqlType.Float64) : throw new AnalyticsException($"The number {value} is too large.");
    }

    private SqlTranslated Column(SqlColumn column)
    {
        if (_aliases.TryGetValue(column.Name, out var aliased) && !_expanding.Contains(column.Name)) return Aliased(column.Name, aliased);
        foreach (var (name, value) in _columns)
        {
            if (name == column.Name) return value;
        }

        throw new AnalyticsException($"There is no column \"{column.Name}\". A dataset has timestamp, _sample_interval, index1, blob1 to blob20, and double1 to double20.");
    }

    private SqlTranslated Operation(SqlOperation operation)
    {
        if (operation.Operator is "+" or "-" && operation.Right is SqlInterval interval) return Shift(Value(operation.Left), interval, operation.Operator == "-" ? -1 : 1);
        if (operation.Operator == "+" && operation.Left is SqlInterval first) return Shift(Value(operation.Right!), first, 1);
        var left = Value(operation.Left);
        if (operation.Right is null)
        {
            return operation.Operator == "NOT"
                ? SqlTranslated.Of($"(NOT {left.Sql})", SqlType.UInt8, left)
                : SqlTranslated.Of($"(- {Numeric("-", left)})", left.Type == SqlType.Float64 ? SqlType.Float64 : SqlType.Int64, left);
        }

        var right = Value(operation.Right);
        switch (operation.Operator)
        {
            case "AND" or "OR":
                return SqlTranslated.Of($"({left.Sql} {operation.Operator} {right.Sql})", SqlType.UInt8, left, right);
            case "LIKE":
                return SqlTranslated.Of($"({Text(left)} LIKE {Text(right)} ESCAPE '\\')", SqlType.UInt8, left, right);
            case "ILIKE":
                return SqlTranslated.Of($"(lower({Text(left)}) LIKE lower({Text(right)}) ESCAPE '\\')", SqlType.UInt8, left, right);
            case "=" or "!=" or "<" or ">" or "<=" or ">=":
                var (one, other) = Comparable(left, right);
                return SqlTranslated.Of($"({one} {operation.Operator} {other})", SqlType.UInt8, left, right);
            default:
                return Arithmetic(operation.Operator, left, right);
        }
    }

    private static SqlTranslated Arithmetic(string symbol, SqlTranslated left, SqlTranslated right)
    {
        if (symbol == "-" && left.Type == SqlType.DateTime && right.Type == SqlType.DateTime) return SqlTranslated.Of($"({left.Sql} - {right.Sql})", SqlType.Int64, left, right);
        if (left.Type == SqlType.DateTime && symbol is "+" or "-") return SqlTranslated.Of($"({left.Sql} {symbol} {Numeric(symbol, right)})", SqlType.DateTime, left, right);
        string one = Numeric(symbol, left), other = Numeric(symbol, right);
        var whole = left.Type.IsWhole() && right.Type.IsWhole();
        return symbol switch
        {
            "/" => SqlTranslated.Of($"({one} * 1.0 / {other})", SqlType.Float64, left, right),
            "%" when !whole => SqlTranslated.Of($"({one} - {other} * CAST({one} * 1.0 / {other} AS INTEGER))", SqlType.Float64, left, right),
            "%" => SqlTranslated.Of($"({one} % {other})", left.Type, left, right),
            _ => SqlTranslated.Of($"({one} {symbol} {other})", !whole ? SqlType.Float64 : symbol == "-" || left.Type == SqlType.Int64 || right.Type == SqlType.Int64 ? SqlType.Int64 : SqlType.UInt64, left, right),
        };
    }

    private static SqlTranslated Shift(SqlTranslated moment, SqlInterval interval, int sign)
    {
        if (moment.Type != SqlType.DateTime) throw new AnalyticsException($"An INTERVAL is added to a DateTime, not to a {moment.Type.Name()}; toDateTime() makes one.");
        var count = checked(sign * interval.Count).ToString(CultureInfo.InvariantCulture);
        return SqlTranslated.Of($"skep_add({moment.Sql}, {count}, '{interval.Unit}')", SqlType.DateTime, moment);
    }

    private SqlTranslated Between(SqlBetween between)
    {
        SqlTranslated value = Value(between.Value), from = Value(between.From), to = Value(between.To);
        var ((value1, from1), (value2, to1)) = (Comparable(value, from), Comparable(value, to));
        return SqlTranslated.Of($"({(between.Not ? "NOT " : "")}({value1} >= {from1} AND {value2} <= {to1}))", SqlType.UInt8, value, from, to);
    }

    private SqlTranslated In(SqlIn list)
    {
        var value = Value(list.Value);
        SqlTranslated[] items = [.. list.List.Select(Value)];
        return SqlTranslated.Of(
            $"({value.Sql} {(list.Not ? "NOT " : "")}IN ({string.Join(", ", items.Select(item => Comparable(value, item).Other))}))", SqlType.UInt8, [value, .. items]);
    }

    // A text beside a moment says a moment.
    private static (string One, string Other) Comparable(SqlTranslated one, SqlTranslated other)
    {
        if (one.Type == SqlType.DateTime && other.Type == SqlType.String) return (one.Sql, $"skep_moment({other.Sql}, 'UTC')");
        if (other.Type == SqlType.DateTime && one.Type == SqlType.String) return ($"skep_moment({one.Sql}, 'UTC')", other.Sql);
        var numbers = (one.Type.IsNumber() || one.Type == SqlType.DateTime) && (other.Type.IsNumber() || other.Type == SqlType.DateTime);
        return numbers || one.Type == other.Type || one.Type == SqlType.Null || other.Type == SqlType.Null
            ? (one.Sql, other.Sql)
            : throw new AnalyticsException($"A {one.Type.Name()} cannot be compared with a {other.Type.Name()}.");
    }

    private SqlTranslated Call(SqlCall call)
    {
        if (call.Name.Equals("toStartOfInterval", StringComparison.OrdinalIgnoreCase)) return StartOfInterval(call);
        if (call.Name.Equals("now", StringComparison.OrdinalIgnoreCase)) return new SqlTranslated(_now.ToString(CultureInfo.InvariantCulture), SqlType.DateTime);
        if (call.Name.Equals("today", StringComparison.OrdinalIgnoreCase)) return new SqlTranslated((_now / 86_400 * 86_400).ToString(CultureInfo.InvariantCulture), SqlType.DateTime);
        SqlTranslated[] arguments = [.. call.Arguments.Select(Value)];
        if (SqlAggregates.Has(call.Name)) return SqlAggregates.Call(call, [.. call.Parameters.Select(Value)], arguments);
        if (call.Distinct || call.Parameters.Count > 0) throw new AnalyticsException($"{call.Name}() is no aggregate that takes DISTINCT or parameters.");
        return SqlScalars.Call(call.Name, arguments) ?? throw new AnalyticsException(
            $"The function {call.Name}() is not supported. There are {string.Join(", ", SqlAggregates.Names.Concat(SqlScalars.Names).Append("now").Append("today").Append("toStartOfInterval").Order(StringComparer.OrdinalIgnoreCase))}.");
    }

    private SqlTranslated StartOfInterval(SqlCall call)
    {
        if (call.Arguments is not [var moment, SqlInterval interval, ..] || call.Arguments.Count > 3) throw new AnalyticsException("Write toStartOfInterval(timestamp, INTERVAL '5' MINUTE), with a time zone behind if need be.");
        SqlTranslated[] of = [Value(moment), .. call.Arguments.Skip(2).Select(Value)];
        return SqlTranslated.Of(
            $"skep_start({SqlScalars.Moment("toStartOfInterval", of[0])}, {interval.Count.ToString(CultureInfo.InvariantCulture)}, '{interval.Unit}', {SqlScalars.Zone(of, 1)})", SqlType.DateTime, of);
    }

    private static string Numeric(string symbol, SqlTranslated value) =>
        value.Type.IsNumber() ? value.Sql : throw new AnalyticsException($"{symbol} takes numbers, not a {value.Type.Name()}.");

    private static string Text(SqlTranslated value) =>
        value.Type is SqlType.String or SqlType.Null ? value.Sql : throw new AnalyticsException($"LIKE takes texts, not a {value.Type.Name()}.");
}
