using System.Diagnostics;
using Skep.Abstractions.D1;
using Skep.Storage.Sqlite.Guest;

namespace Skep.Storage.D1;

/// <summary>Runs the queries of a call on a connection and writes their results. The transaction is its caller's.</summary>
internal sealed class D1Run : IDisposable
{
    private readonly GuestConnection _connection;
    private readonly D1Known _known;
    private readonly bool _isReader;
    private readonly JsonText _answer;
    private readonly JsonText _rows;
    private D1Shape _shape;
    private int _results;
    private double _milliseconds;
    private bool _hasRow;

    /// <param name="connection">The connection.</param>
    /// <param name="known">What is known of the database.</param>
    /// <param name="isReader">Whether the connection only reads.</param>
    /// <param name="mostBytes">How many bytes the results may have.</param>
    public D1Run(GuestConnection connection, D1Known known, bool isReader, int mostBytes)
    {
        (_connection, _known, _isReader) = (connection, known, isReader);
        _answer = new JsonText(mostBytes);
        _rows = new JsonText(mostBytes);
    }

    /// <summary>Which query is run, from 0.</summary>
    public int Query { get; private set; }

    /// <summary>Rows that were read, about: those of the results, and those that scans of whole tables stepped over.</summary>
    public long RowsRead { get; private set; }

    /// <summary>Rows that were written, with those in indices.</summary>
    public long RowsWritten { get; private set; }

    /// <summary>Something of the connection was switched, for this transaction.</summary>
    public bool HasSwitched { get; private set; }

    /// <summary>Whether the queries only read, as far as their first words tell; to be tried on a connection that reads.</summary>
    public static bool LooksLikeRead(ReadOnlySpan<byte> queries)
    {
        D1QueryReader reader = new(queries);
        for (var i = 0; i < reader.Queries; i++)
        {
            var sql = reader.Sql();
            sql = sql[SqlText.BlankLength(sql)..];
            if (!SqlText.BeginsWith(sql, "SELECT"u8) && !SqlText.BeginsWith(sql, "WITH"u8) && !SqlText.BeginsWith(sql, "VALUES"u8) && !SqlText.BeginsWith(sql, "EXPLAIN"u8)) return false;
            for (var left = reader.Parameters(); left > 0; left--) reader.Value();
        }

        return reader.Queries > 0;
    }

    /// <summary>Runs the queries, which must not move. False when a reader's query needs the connection that writes.</summary>
    /// <exception cref="GuestSqlException">One fails.</exception>
    /// <exception cref="D1Exception">There is none, or the results are too long.</exception>
    public bool TryRun(ReadOnlySpan<byte> queries)
    {
        D1QueryReader reader = new(queries);
        _shape = reader.Shape;
        var isList = _shape is D1Shape.Objects or D1Shape.Rows;
        try
        {
            if (isList) _answer.Raw("["u8);
            for (Query = 0; Query < reader.Queries; Query++)
            {
                if (!TryRunQuery(ref reader)) return false;
            }

            Query = 0;
            if (_results == 0) throw new D1Exception(400, "No SQL statements detected.");
            if (isList) _answer.Raw("]"u8);
            else if (_shape == D1Shape.Count) WriteCount();
        }
        catch (JsonText.ResultTooLongException)
        {
            throw new D1Exception(400, "The result is too long: select fewer rows or columns, for example with LIMIT.", Query);
        }

        return true;
    }

    /// <summary>The answer; its memory is its own then.</summary>
    public D1Answer ToAnswer(string? bookmark)
    {
        var length = _answer.Length;
        return new D1Answer(_answer.Detach(), length, RowsRead, RowsWritten, bookmark);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _answer.Dispose();
        _rows.Dispose();
    }

    private bool TryRunQuery(ref D1QueryReader reader)
    {
        var sql = reader.Sql();
        var parameters = reader.Parameters();
        if (_connection.Find(sql) is { } known) return TryRunStatement(known, parameters, ref reader, isResult: true);
        var isWhole = true;
        var isSplit = reader.Flags.HasFlag(D1Flags.Split);
        for (var rest = sql[SqlText.BlankLength(sql)..]; rest.Length > 1;)
        {
            var statement = _connection.Compile(rest, out var length);
            if (statement is null) break;
            var keep = false;
            try
            {
                rest = rest[length..];
                rest = rest[SqlText.BlankLength(rest)..];
                var isLast = rest.Length <= 1;
                var taken = isLast ? parameters : isSplit ? Math.Min(statement.Parameters, parameters) : 0;
                keep = isWhole && isLast && !statement.SwitchesPragma;
                if (!TryRunStatement(statement, taken, ref reader, isLast || isSplit)) return false;
                parameters -= taken;
                isWhole = false;
            }
            finally
            {
                if (keep) _connection.Keep(sql, statement);
                else statement.Dispose();
            }
        }

        while (parameters-- > 0) reader.Value();
        return true;
    }

    private bool TryRunStatement(GuestStatement statement, int parameters, ref D1QueryReader reader, bool isResult)
    {
        if (_isReader && (!statement.IsReadOnly || statement.AsksForChanges)) return false;
        if (statement.Parameters != parameters) throw new D1Exception(400, "Wrong number of parameter bindings for SQL query.", Query);
        HasSwitched |= statement.SwitchesPragma;
        var (changesBefore, lastBefore, sizeBefore) = _isReader ? default : (_connection.TotalChanges, _connection.LastRowId, D1Known.Size(_connection));
        var began = Stopwatch.GetTimestamp();
        _rows.Clear();
        long rows = 0;
        try
        {
            for (var i = 1; i <= parameters; i++) Bind(statement, i, reader.Value());
            rows = isResult ? WriteRows(statement) : Skip(statement);
        }
        finally
        {
            statement.Reset();
        }

        var scanned = statement.TakeScanSteps();
        var changes = _isReader ? 0 : _connection.TotalChanges - changesBefore;
        var (read, written) = (Math.Max(rows, scanned > 0 ? scanned + 1 : 0), changes == 0 ? 0 : changes * statement.WritesPerRow);
        RowsRead += read;
        RowsWritten += written;
        if (!isResult) return true;
        _results++;
        var milliseconds = Math.Round(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 4);
        _milliseconds += milliseconds;
        if (_shape is not (D1Shape.Objects or D1Shape.Rows)) return true;
        var (last, size) = _isReader ? (_known.LastRowId, _known.SizeKnown) : (_connection.LastRowId, D1Known.Size(_connection));
        var changed = !_isReader && (changes != 0 || last != lastBefore || size != sizeBefore);
        WriteResult(new D1Meta(milliseconds, changes, last, changed, size, read, written));
        return true;
    }

    private static void Bind(GuestStatement statement, int index, D1Value value)
    {
        switch (value.Kind)
        {
            case D1ValueKind.Number:
                statement.Bind(index, value.Number);
                break;
            case D1ValueKind.Text:
                statement.BindText(index, value.Bytes);
                break;
            case D1ValueKind.Blob:
                statement.BindBlob(index, value.Bytes);
                break;
            default:
                statement.BindNull(index);
                break;
        }
    }

    private static long Skip(GuestStatement statement)
    {
        long rows = 0;
        while (statement.Step()) rows++;
        return rows;
    }

    private long WriteRows(GuestStatement statement)
    {
        // What was returned for another query before counts only as the last one's.
        if (_shape is D1Shape.First or D1Shape.Raw or D1Shape.RawWithNames) _answer.Clear();
        _hasRow = false;
        var more = statement.Step();
        switch (_shape)
        {
            case D1Shape.Objects:
                return RowWriter.Objects(_rows, statement, more);
            case D1Shape.Rows:
                return RowWriter.ColumnsAndRows(_rows, statement, more);
            case D1Shape.Raw or D1Shape.RawWithNames:
                return RowWriter.Rows(_answer, statement, more, _shape == D1Shape.RawWithNames);
            case D1Shape.First:
                return WriteFirst(statement, more);
            default:
                return more ? 1 + Skip(statement) : 0;
        }
    }

    private long WriteFirst(GuestStatement statement, bool more)
    {
        _hasRow = more;
        if (!_hasRow)
        {
            _answer.Raw("null"u8);
            return 0;
        }

        RowWriter.Object(_answer, statement);
        // What changes something has changed all of it; a read has nothing more to tell.
        return statement.IsReadOnly ? 1 : 1 + Skip(statement);
    }

    private void WriteResult(in D1Meta meta)
    {
        if (_results > 1) _answer.Raw(","u8);
        meta.WriteTo(_answer);
        _answer.Raw(",\"results\":"u8);
        _answer.Raw(_rows.Written);
        _answer.Raw("}"u8);
    }

    private void WriteCount()
    {
        _answer.Raw("{\"count\":"u8);
        _answer.Number(_results);
        _answer.Raw(",\"duration\":"u8);
        _answer.Number(Math.Round(_milliseconds, 4));
        _answer.Raw("}"u8);
    }
}
