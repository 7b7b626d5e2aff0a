using System.Text.Json;
using Skep.Abstractions.Analytics;
using Skep.Storage.Analytics.Sql;
using SQLitePCL;

namespace Skep.Storage.Analytics;

/// <summary>The functions that SQLite lacks.</summary>
internal static class AnalyticsFunctions
{
    // What one aggregate may collect.
    private const int MostValues = 2_000_000;
    private const int MostOfTop = 10_000;

    private static readonly Dictionary<string, Func<double, double, double>> Maths = new(StringComparer.Ordinal)
    {
        ["log"] = static (x, _) => Math.Log(x), ["exp"] = static (x, _) => Math.Exp(x), ["sqrt"] = static (x, _) => Math.Sqrt(x),
        ["floor"] = static (x, _) => Math.Floor(x), ["ceil"] = static (x, _) => Math.Ceiling(x), ["abs"] = static (x, _) => Math.Abs(x), ["pow"] = Math.Pow,
    };

    /// <summary>Adds them to a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="failed">Takes what a function has to say when it fails.</param>
    public static void AddTo(sqlite3 connection, Action<AnalyticsException> failed)
    {
        Scalar("skep_moment", 2, static of => SqlTime.Parse(Text(of[0]), SqlTime.Zone(Text(of[1]))));
        Scalar("skep_add", 3, static of => SqlTime.Add(Whole(of[0]), Whole(of[1]), Text(of[2])));
        Scalar("skep_start", 4, static of => SqlTime.Start(Whole(of[0]), Whole(of[1]), Text(of[2]), SqlTime.Zone(Text(of[3]))));
        Scalar("skep_format", 3, static of => SqlTime.Format(Whole(of[0]), Text(of[1]), SqlTime.Zone(Text(of[2]))));
        Scalar("skep_math", 3, static of => Maths[Text(of[0])](raw.sqlite3_value_double(of[1]), raw.sqlite3_value_double(of[2])));
        Aggregate("skep_quantile", 3, static () => new Quantile());
        Aggregate("skep_top", 3, static () => new Top());
        Aggregate("skep_arg", 3, static () => new Extreme());

        void Scalar(string name, int arguments, Func<sqlite3_value[], object?> function) =>
            _ = raw.sqlite3_create_function(connection, name, arguments, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, null, (context, _, of) =>
            {
                // What has no value has none.
                var missing = of.Any(each => raw.sqlite3_value_type(each) == raw.SQLITE_NULL);
                Guard(context, () => Result(context, missing ? null : function(of)));
            });

        void Aggregate(string name, int arguments, Func<IState> create) =>
            _ = raw.sqlite3_create_function(
                connection,
                name,
                arguments,
                null,
                (context, _, of) => Guard(context, () => ((IState)(context.state ??= create())).Step(of)),
                (context, _) => Guard(context, () => Result(context, (context.state as IState ?? create()).Final())));

        // Nothing may be thrown through SQLite.
        void Guard(sqlite3_context context, Action action)
        {
            try
            {
                action();
            }
            catch (Exception failure) when (failure is AnalyticsException or ArgumentException or OverflowException)
            {
                failed(failure as AnalyticsException ?? new AnalyticsException("A number or a moment is out of range.", failure));
                raw.sqlite3_result_error(context, failure.Message);
            }
        }
    }

    private static void Result(sqlite3_context context, object? value)
    {
        switch (value)
        {
            case long whole:
                raw.sqlite3_result_int64(context, whole);
                break;
            case double number when !double.IsNaN(number):
                raw.sqlite3_result_double(context, number);
                break;
            case string text:
                raw.sqlite3_result_text(context, text);
                break;
            default:
                raw.sqlite3_result_null(context);
                break;
        }
    }

    private static long Whole(sqlite3_value value) => raw.sqlite3_value_int64(value);

    private static string Text(sqlite3_value value) => raw.sqlite3_value_text(value).utf8_to_string() ?? "";

    private static object? Any(sqlite3_value value) => raw.sqlite3_value_type(value) switch
    {
        raw.SQLITE_INTEGER => raw.sqlite3_value_int64(value),
        raw.SQLITE_FLOAT => raw.sqlite3_value_double(value),
        raw.SQLITE_TEXT => Text(value),
        _ => null,
    };

    private interface IState
    {
        void Step(sqlite3_value[] of);

        object? Final();
    }

    private sealed class Quantile : IState
    {
        private readonly List<(double Value, double Weight)> _values = [];
        private double _level;

        public void Step(sqlite3_value[] of)
        {
            _level = raw.sqlite3_value_double(of[0]);
            if (_level is not (>= 0 and <= 1)) throw new AnalyticsException("A quantile's level is from 0 to 1.");
            if (raw.sqlite3_value_type(of[1]) == raw.SQLITE_NULL || raw.sqlite3_value_double(of[2]) is not (> 0 and var weight)) return;
            if (_values.Count >= MostValues) throw new AnalyticsException($"A quantile of more than {MostValues} values takes too much. Choose a shorter time.");
            _values.Add((raw.sqlite3_value_double(of[1]), weight));
        }

        public object? Final()
        {
            if (_values.Count == 0) return null;
            _values.Sort();
            var threshold = Math.Ceiling(_level * _values.Sum(each => each.Weight));
            double passed = 0;
            foreach (var (value, weight) in _values)
            {
                passed += weight;
                if (passed >= threshold) return value;
            }

            return _values[^1].Value;
        }
    }

    private sealed class Top : IState
    {
        private readonly Dictionary<string, double> _weights = new(StringComparer.Ordinal);
        private long _count;

        public void Step(sqlite3_value[] of)
        {
            _count = Math.Clamp(Whole(of[0]), 0, MostOfTop);
            if (raw.sqlite3_value_type(of[1]) == raw.SQLITE_NULL) return;
            var value = Text(of[1]);
            if (!_weights.ContainsKey(value) && _weights.Count >= MostValues) throw new AnalyticsException($"topK() of more than {MostValues} different values takes too much.");
            _weights[value] = _weights.GetValueOrDefault(value) + raw.sqlite3_value_double(of[2]);
        }

        public object Final() =>
            JsonSerializer.Serialize(
                _weights.OrderByDescending(each => each.Value).ThenBy(each => each.Key, StringComparer.Ordinal).Take((int)_count).Select(each => each.Key).ToArray(), AnalyticsRecords.Default.StringArray);
    }

    // The value beside the smallest (-1) or largest (1) of others; 2 takes the last of equal ones.
    private sealed class Extreme : IState
    {
        private object? _value;
        private object? _by;

        public void Step(sqlite3_value[] of)
        {
            if (Any(of[1]) is not { } by) return;
            var direction = Whole(of[2]);
            var order = _by is null ? 1 : Math.Sign(direction) * Compare(by, _by);
            if (order < 0 || (order == 0 && direction != 2)) return;
            (_value, _by) = (Any(of[0]), by);
        }

        public object? Final() => _value;

        private static int Compare(object one, object other) => (one, other) switch
        {
            (string a, string b) => string.CompareOrdinal(a, b),
            (string, _) => 1,
            (_, string) => -1,
            _ => Convert.ToDouble(one, System.Globalization.CultureInfo.InvariantCulture).CompareTo(Convert.ToDouble(other, System.Globalization.CultureInfo.InvariantCulture)),
        };
    }
}
