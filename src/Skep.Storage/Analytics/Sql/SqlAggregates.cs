using System.Collections.Frozen;
using Skep.Abstractions.Analytics;

namespace Skep.Storage.Analytics.Sql;

/// <summary>The functions of many values.</summary>
internal static class SqlAggregates
{
    private delegate (string Sql, SqlType Type) Apply(SqlTranslated[] parameters, SqlTranslated[] arguments, string distinct);

    private static readonly FrozenDictionary<string, (int Parameters, int Fewest, int Most, bool Distinct, Apply Apply)> Functions =
        new Dictionary<string, (int, int, int, bool, Apply)>
        {
            ["count"] = (0, 0, 1, true, static (_, of, distinct) => (of.Length == 0 ? "count(*)" : $"count({distinct}{of[0].Sql})", SqlType.UInt64)),
            ["sum"] = (0, 1, 1, true, static (_, of, distinct) => Sum("sum", of[0].Type, distinct + Number("sum", of[0]))),
            ["avg"] = (0, 1, 1, true, static (_, of, distinct) => ($"avg({distinct}{Number("avg", of[0])})", SqlType.Float64)),
            ["min"] = (0, 1, 1, false, static (_, of, _) => ($"min({of[0].Sql})", of[0].Type)),
            ["max"] = (0, 1, 1, false, static (_, of, _) => ($"max({of[0].Sql})", of[0].Type)),
            ["countIf"] = (0, 1, 1, false, static (_, of, _) => ($"count(CASE WHEN {of[0].Sql} THEN 1 END)", SqlType.UInt64)),
            ["sumIf"] = (0, 2, 2, false, static (_, of, _) => Sum("sumIf", of[0].Type, $"CASE WHEN {of[1].Sql} THEN {Number("sumIf", of[0])} END")),
            ["avgIf"] = (0, 2, 2, false, static (_, of, _) => ($"avg(CASE WHEN {of[1].Sql} THEN {Number("avgIf", of[0])} END)", SqlType.Float64)),
            ["argMin"] = (0, 2, 2, false, static (_, of, _) => ($"skep_arg({of[0].Sql}, {of[1].Sql}, -1)", of[0].Type)),
            ["argMax"] = (0, 2, 2, false, static (_, of, _) => ($"skep_arg({of[0].Sql}, {of[1].Sql}, 1)", of[0].Type)),
            ["first_value"] = (0, 1, 1, false, static (_, of, _) => ($"skep_arg({of[0].Sql}, 0, -1)", of[0].Type)),
            ["last_value"] = (0, 1, 1, false, static (_, of, _) => ($"skep_arg({of[0].Sql}, 0, 2)", of[0].Type)),
            ["quantileWeighted"] = (-1, 2, 3, false, Quantile),
            ["quantileExactWeighted"] = (-1, 2, 3, false, Quantile),
            ["topK"] = (1, 1, 1, false, static (with, of, _) => ($"skep_top({with[0].Sql}, {of[0].Sql}, 1)", SqlType.Strings)),
            ["topKWeighted"] = (1, 2, 2, false, static (with, of, _) => ($"skep_top({with[0].Sql}, {of[0].Sql}, {Number("topKWeighted", of[1])})", SqlType.Strings)),
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Names => Functions.Keys;

    /// <summary>Whether there is such a function.</summary>
    public static bool Has(string name) => Functions.ContainsKey(name);

    /// <exception cref="AnalyticsException">The arguments are wrong.</exception>
    public static SqlTranslated Call(SqlCall call, SqlTranslated[] parameters, SqlTranslated[] arguments)
    {
        var function = Functions[call.Name];
        if (function.Parameters >= 0 && parameters.Length != function.Parameters)
            throw new AnalyticsException(function.Parameters == 0 ? $"{call.Name}() takes no parameters before its arguments." : $"{call.Name}() takes {function.Parameters} parameter before its arguments: {call.Name}(10)(…).");
        if (arguments.Length < function.Fewest || arguments.Length > function.Most) throw new AnalyticsException($"{call.Name}() does not take {arguments.Length} arguments.");
        if (call.Distinct && !function.Distinct) throw new AnalyticsException($"{call.Name}() does not take DISTINCT.");
        if (parameters.Concat(arguments).Any(each => each.IsAggregate)) throw new AnalyticsException($"{call.Name}() has an aggregate within.");
        var (sql, type) = function.Apply(parameters, arguments, call.Distinct ? "DISTINCT " : "");
        return new SqlTranslated(sql, type, IsBare: false, IsAggregate: true);
    }

    // quantileWeighted(level, value, weight), or quantileExactWeighted(level)(value, weight)
    private static (string Sql, SqlType Type) Quantile(SqlTranslated[] with, SqlTranslated[] of, string distinct) => (with, of) switch
    {
        ([var level], [var value, var weight]) => Quantile(level, value, weight),
        ([], [var level, var value, var weight]) => Quantile(level, value, weight),
        _ => throw new AnalyticsException("Write quantileExactWeighted(0.5)(value, weight)."),
    };

    private static (string Sql, SqlType Type) Quantile(SqlTranslated level, SqlTranslated value, SqlTranslated weight) =>
        ($"skep_quantile({Number("quantileExactWeighted", level)}, {Number("quantileExactWeighted", value)}, {Number("quantileExactWeighted", weight)})", SqlType.Float64);

    // Of nothing the sum is 0, not NULL.
    private static (string Sql, SqlType Type) Sum(string name, SqlType type, string value) =>
        type == SqlType.Float64 ? ($"total({value})", type) : ($"coalesce(sum({value}), 0)", type == SqlType.Int64 ? type : SqlType.UInt64);

    private static string Number(string function, SqlTranslated value) =>
        value.Type.IsNumber() ? value.Sql : throw new AnalyticsException($"{function}() takes a number, not a {value.Type.Name()}.");
}
