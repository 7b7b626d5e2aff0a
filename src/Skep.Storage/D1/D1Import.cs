using System.Diagnostics;
using System.Globalization;
using Skep.Abstractions.D1;
using Skep.Storage.Sqlite.Guest;

namespace Skep.Storage.D1;

/// <summary>Runs a file of SQL, statement by statement, as it is read.</summary>
/// <param name="connection">A connection in a transaction.</param>
/// <param name="sql">The file.</param>
/// <param name="time">How long each statement may take.</param>
internal sealed class D1Import(GuestConnection connection, Stream sql, TimeSpan time)
{
    // Twice what a statement may have: what ends at the end of the buffer goes on behind it, or is too long.
    private const int LeastBuffered = 200_000;

    private readonly byte[] _buffer = new byte[(1 << 20) + 1];
    private int _start;
    private int _end;
    private bool _isAtEnd;
    private long _consumed;

    /// <summary>Runs all of it.</summary>
    /// <returns>How many statements there were, and how many rows were read.</returns>
    /// <exception cref="GuestSqlException">A statement fails.</exception>
    public (int Statements, long RowsRead) Run()
    {
        var statements = 0;
        long read = 0;
        for (;;)
        {
            Fill();
            Consume(SqlText.BlankLength(_buffer.AsSpan(_start, _end - _start)));
            if (_start == _end)
            {
                if (_isAtEnd) return (statements, read);
                continue;
            }

            Fill();
            read += RunNext();
            statements++;
        }
    }

    private long RunNext()
    {
        connection.Allow(time);
        var place = _consumed;
        try
        {
            using var statement = connection.Compile(_buffer.AsSpan(_start, _end - _start + 1), out var length)
                ?? throw new GuestSqlException(SqliteNative.Error, "unrecognized token: a zero byte: SQLITE_ERROR");
            if (length == _end - _start && !_isAtEnd) throw new GuestSqlException(SqliteNative.TooBig, "statement too long: SQLITE_TOOBIG");
            if (statement.Parameters > 0) throw new GuestSqlException(SqliteNative.Error, "Wrong number of parameter bindings for SQL query.");
            long rows = 0;
            while (statement.Step()) rows++;
            Consume(length);
            var scanned = statement.TakeScanSteps();
            return Math.Max(rows, scanned > 0 ? scanned + 1 : 0);
        }
        catch (GuestSqlException failure) when (!D1Failures.IsOfTheFile(failure))
        {
            throw new D1Exception(400, $"{failure.Message}, in the statement at byte {place.ToString(CultureInfo.InvariantCulture)}", inner: failure);
        }
    }

    private void Consume(int length)
    {
        _start += length;
        _consumed += length;
    }

    private void Fill()
    {
        if (_end - _start >= LeastBuffered || _isAtEnd) return;
        Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
        (_start, _end) = (0, _end - _start);
        while (_end < _buffer.Length - 1)
        {
            var read = sql.Read(_buffer, _end, _buffer.Length - 1 - _end);
            if (read == 0)
            {
                _isAtEnd = true;
                break;
            }

            _end += read;
        }

        // Where SQLite stops.
        _buffer[_end] = 0;
    }
}
