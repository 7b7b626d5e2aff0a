using System.Collections.Frozen;
using Skep.Abstractions.Analytics;

namespace Skep.Storage.Analytics.Sql;

/// <summary>The functions of single values.</summary>
internal static class SqlScalars
{
    private delegate SqlTranslated Apply(SqlTranslated[] arguments);

    private static readonly FrozenDictionary<string, (int Fewest, int Most, Apply Apply)> Functions = Table().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Names => Functions.Keys;

    /// <summary>The call, or null when there is no such function.</summary>
    /// <exception cref="AnalyticsException">It has too few or too many arguments, or some of a wrong type.</exception>
    public static SqlTranslated? Call(string name, SqlTranslated[] arguments)
    {
        if (!Functions.TryGetValue(name, out var function)) return null;
        if (arguments.Length < function.Fewest || arguments.Length > function.Most)
        {
            throw new AnalyticsException(
                $"{name}() takes {(function.Fewest == function.Most ? $"{function.Fewest}" : $"{function.Fewest} to {function.Most}")} arguments, not {arguments.Length}.");
        }

        return function.Apply(arguments);
    }

    private static Dictionary<string, (int Fewest, int Most, Apply Apply)> Table()
    {
        Dictionary<string, (int, int, Apply)> table = new(StringComparer.OrdinalIgnoreCase)
        {
            ["if"] = (3, 3, static of => SqlTranslated.Of($"iif({of[0].Sql}, {of[1].Sql}, {of[2].Sql})", Common(of[1].Type, of[2].Type), of)),
            ["intDiv"] = (2, 2, static of => of[0].Type.IsWhole() && of[1].Type.IsWhole()
                ? SqlTranslated.Of($"({of[0].Sql} / {of[1].Sql})", of[0].Type, of)
                : SqlTranslated.Of($"CAST({Number("intDiv", of[0])} * 1.0 / {Number("intDiv", of[1])} AS INTEGER)", SqlType.Int64, of)),
            ["round"] = (1, 2, static of => SqlTranslated.Of($"round({Number("round", of[0])}{(of.Length > 1 ? ", " + of[1].Sql : "")})", SqlType.Float64, of)),
            ["length"] = (1, 1, static of => SqlTranslated.Of($"length(CAST({Text("length", of[0])} AS BLOB))", SqlType.UInt64, of)),
            ["empty"] = (1, 1, static of => SqlTranslated.Of($"({Text("empty", of[0])} = '')", SqlType.UInt8, of)),
            ["lower"] = (1, 1, static of => SqlTranslated.Of($"lower({Text("lower", of[0])})", SqlType.String, of)),
            ["upper"] = (1, 1, static of => SqlTranslated.Of($"upper({Text("upper", of[0])})", SqlType.String, of)),
            ["trim"] = (1, 1, static of => SqlTranslated.Of($"trim({Text("trim", of[0])})", SqlType.String, of)),
            ["startsWith"] = (2, 2, static of => SqlTranslated.Of($"(substr({Text("startsWith", of[0])}, 1, length({of[1].Sql})) = {Text("startsWith", of[1])})", SqlType.UInt8, of)),
            ["endsWith"] = (2, 2, static of => SqlTranslated.Of($"(length({of[1].Sql}) = 0 OR substr({Text("endsWith", of[0])}, -length({of[1].Sql})) = {Text("endsWith", of[1])})", SqlType.UInt8, of)),
            ["position"] = (2, 2, static of => SqlTranslated.Of($"instr({Text("position", of[0])}, {Text("position", of[1])})", SqlType.UInt64, of)),
            ["substring"] = (2, 3, static of => SqlTranslated.Of($"substr({Text("substring", of[0])}, {of[1].Sql}{(of.Length > 2 ? ", " + of[2].Sql : "")})", SqlType.String, of)),
            ["concat"] = (1, 20, static of => SqlTranslated.Of($"({string.Join(" || ", of.Select(each => Text("concat", each)))})", SqlType.String, of)),
            ["toString"] = (1, 1, static of => SqlTranslated.Of(of[0].Type == SqlType.DateTime ? $"skep_format({of[0].Sql}, '%F %T', 'UTC')" : $"CAST({of[0].Sql} AS TEXT)", SqlType.String, of)),
            ["toDateTime"] = (1, 2, ToDateTime),
            ["toUnixTimestamp"] = (1, 1, static of => ToDateTime(of) with { Type = SqlType.UInt32 }),
            ["toYYYYMM"] = (1, 2, static of => SqlTranslated.Of($"CAST(skep_format({Moment("toYYYYMM", of[0])}, '%Y%m', {Zone(of, 1)}) AS INTEGER)", SqlType.UInt32, of)),
            ["formatDateTime"] = (2, 3, static of => SqlTranslated.Of($"skep_format({Moment("formatDateTime", of[0])}, {Text("formatDateTime", of[1])}, {Zone(of, 2)})", SqlType.String, of)),
            ["bitAnd"] = (2, 2, static of => Bits("bitAnd", of, "&")),
            ["bitOr"] = (2, 2, static of => Bits("bitOr", of, "|")),
            ["bitShiftLeft"] = (2, 2, static of => Bits("bitShiftLeft", of, "<<")),
            ["bitShiftRight"] = (2, 2, static of => Bits("bitShiftRight", of, ">>")),
            ["bitXor"] = (2, 2, static of => SqlTranslated.Of($"(({Whole("bitXor", of[0])} | {Whole("bitXor", of[1])}) - ({of[0].Sql} & {of[1].Sql}))", SqlType.UInt64, of)),
            ["bitNot"] = (1, 1, static of => SqlTranslated.Of($"(~{Whole("bitNot", of[0])})", SqlType.Int64, of)),
        };
        foreach (var name in (string[])["log", "exp", "sqrt", "floor", "ceil", "abs"])
            table[name] = (1, 1, of => SqlTranslated.Of($"skep_math('{name}', {Number(name, of[0])}, 0)", SqlType.Float64, of));
        table["ceiling"] = table["ceil"];
        table["pow"] = (2, 2, static of => SqlTranslated.Of($"skep_math('pow', {Number("pow", of[0])}, {Number("pow", of[1])})", SqlType.Float64, of));
        table["power"] = table["pow"];
        foreach (var (name, type) in ((string, SqlType)[])[("toUInt8", SqlType.UInt8), ("toUInt32", SqlType.UInt32), ("toUInt64", SqlType.UInt64), ("toInt64", SqlType.Int64)])
            table[name] = (1, 1, of => SqlTranslated.Of($"CAST({of[0].Sql} AS INTEGER)", type, of));
        table["toFloat64"] = (1, 1, static of => SqlTranslated.Of($"CAST({of[0].Sql} AS REAL)", SqlType.Float64, of));
        foreach (var (name, count, unit) in ((string, int, string)[])
            [("Year", 1, "YEAR"), ("Quarter", 1, "QUARTER"), ("Month", 1, "MONTH"), ("Week", 1, "WEEK"), ("Day", 1, "DAY"), ("Hour", 1, "HOUR"), ("FifteenMinutes", 15, "MINUTE"), ("TenMinutes", 10, "MINUTE"), ("FiveMinutes", 5, "MINUTE"), ("Minute", 1, "MINUTE")])
        {
            table["toStartOf" + name] = (1, 2, of => SqlTranslated.Of($"skep_start({Moment("toStartOf" + name, of[0])}, {count}, '{unit}', {Zone(of, 1)})", SqlType.DateTime, of));
        }

        return table;
    }

    /// <summary>A moment: a value that is one, or a text that says one.</summary>
    public static string Moment(string function, SqlTranslated value) => value.Type switch
    {
        SqlType.DateTime or SqlType.Null => value.Sql,
        SqlType.String => $"skep_moment({value.Sql}, 'UTC')",
        _ => throw new AnalyticsException($"{function}() takes a DateTime, not a {value.Type.Name()}; toDateTime() makes one."),
    };

    /// <summary>The name of a time zone among the arguments; without it, UTC.</summary>
    public static string Zone(SqlTranslated[] of, int place) => of.Length > place ? Text("A time zone", of[place]) : "'UTC'";

    public static SqlType Common(SqlType one, SqlType other) => (one, other) switch
    {
        _ when one == other => one,
        (SqlType.Null, _) => other,
        (_, SqlType.Null) => one,
        _ when one.IsNumber() && other.IsNumber() => one == SqlType.Float64 || other == SqlType.Float64 ? SqlType.Float64 : one == SqlType.Int64 || other == SqlType.Int64 ? SqlType.Int64 : (SqlType)Math.Max((int)one, (int)other),
        _ => throw new AnalyticsException($"A {one.Name()} and a {other.Name()} have no type in common."),
    };

    private static SqlTranslated ToDateTime(SqlTranslated[] of) => of[0].Type == SqlType.String
        ? SqlTranslated.Of($"skep_moment({of[0].Sql}, {Zone(of, 1)})", SqlType.DateTime, of)
        : SqlTranslated.Of($"CAST({of[0].Sql} AS INTEGER)", SqlType.DateTime, of);

    private static SqlTranslated Bits(string function, SqlTranslated[] of, string symbol) =>
        SqlTranslated.Of($"({Whole(function, of[0])} {symbol} {Whole(function, of[1])})", SqlType.UInt64, of);

    private static string Whole(string function, SqlTranslated value) =>
        value.Type.IsWhole() ? value.Sql : throw new AnalyticsException($"{function}() takes whole numbers, not a {value.Type.Name()}.");

    private static string Number(string function, SqlTranslated value) =>
        value.Type.IsNumber() ? value.Sql : throw new AnalyticsException($"{function}() takes a number, not a {value.Type.Name()}.");

    private static string Text(string function, SqlTranslated value) =>
        value.Type is SqlType.String or SqlType.Null ? value.Sql : throw new AnalyticsException($"{function}() takes a String, not a {value.Type.Name()}; toString() makes one.");
}
