using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Skep.Abstractions.Analytics;
using Skep.Storage.Analytics.Sql;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Analytics;

/// <summary>Writes rows in one of the formats.</summary>
internal sealed class AnalyticsResult : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly AnalyticsFormat _format;
    private readonly IReadOnlyList<(string Name, SqlType Type)> _columns;
    private readonly Utf8JsonWriter _json;

    public AnalyticsResult(AnalyticsFormat format, IReadOnlyList<(string Name, SqlType Type)> columns)
    {
        (_format, _columns) = (format, columns);
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = format == AnalyticsFormat.JsonEachRow });
        if (format != AnalyticsFormat.Json) return;
        _json.WriteStartObject();
        _json.WriteStartArray("meta");
        foreach (var (name, type) in columns)
        {
            _json.WriteStartObject();
            _json.WriteString("name", name);
            _json.WriteString("type", type.Name());
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteStartArray("data");
    }

    public int Rows { get; private set; }

    public long Bytes => _buffer.WrittenCount + _json.BytesPending;

    /// <summary>A row of a query.</summary>
    public void Add(SqliteStatement row) => Add(column => row.IsNull(column) ? null : _columns[column].Type switch
    {
        SqlType.Float64 => row.Double(column),
        SqlType.String or SqlType.Strings or SqlType.Null => row.Text(column),
        SqlType.DateTime => SqlTime.Write(row.Int64(column)),
        _ => row.Int64(column),
    });

    /// <summary>A row by its columns' values.</summary>
    public void Add(Func<int, object?> value)
    {
        Rows++;
        if (_format == AnalyticsFormat.TabSeparated)
        {
            AddSeparated(value);
            return;
        }

        _json.WriteStartObject();
        for (var i = 0; i < _columns.Count; i++) Write(_columns[i].Name, _columns[i].Type, value(i));
        _json.WriteEndObject();
        if (_format != AnalyticsFormat.JsonEachRow) return;
        _json.Flush();
        _json.Reset();
        _buffer.Write("\n"u8);
    }

    public AnalyticsAnswer Finish()
    {
        if (_format == AnalyticsFormat.Json)
        {
            _json.WriteEndArray();
            _json.WriteNumber("rows", Rows);
            _json.WriteNumber("rows_before_limit_at_least", Rows);
            _json.WriteEndObject();
            _json.Flush();
        }

        return new AnalyticsAnswer(_format.ContentType, _buffer.WrittenMemory);
    }

    public void Dispose() => _json.Dispose();

    private void Write(string name, SqlType type, object? value)
    {
        switch (value)
        {
            case null:
                _json.WriteNull(name);
                break;
            case double number when double.IsFinite(number):
                _json.WriteNumber(name, number);
                break;
            case double:
                _json.WriteNull(name);
                break;
            // As ClickHouse: what JavaScript could not hold exactly is text.
            case long whole when type is SqlType.UInt64 or SqlType.Int64:
                _json.WriteString(name, whole.ToString(CultureInfo.InvariantCulture));
                break;
            case long whole:
                _json.WriteNumber(name, whole);
                break;
            case string text when type == SqlType.Strings:
                _json.WritePropertyName(name);
                _json.WriteRawValue(text);
                break;
            default:
                _json.WriteString(name, (string)value);
                break;
        }
    }

    private void AddSeparated(Func<int, object?> value)
    {
        StringBuilder line = new();
        for (var i = 0; i < _columns.Count; i++)
        {
            if (i > 0) line.Append('\t');
            line.Append(value(i) switch
            {
                null => "\\N",
                string text => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal),
                var other => string.Create(CultureInfo.InvariantCulture, $"{other}"),
            });
        }

        Encoding.UTF8.GetBytes(line.Append('\n').ToString(), _buffer);
    }
}
