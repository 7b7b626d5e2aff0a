using System.Buffers.Text;
using System.Text;
using Skep.Abstractions.R2;
using Skep.Storage.Sqlite;

namespace Skep.Storage.R2;

/// <summary>Lists one page. Keys with the delimiter are skipped at once, however many have the same prefix.</summary>
internal sealed class R2Lister
{
    // What one page carries of metadata, about: a page with more ends early.
    private const long MostMetadata = 1 << 20;

    private readonly SqliteDatabase _database;
    private readonly R2ListQuery _query;
    private readonly byte[] _delimiter;
    private readonly int _prefixLength;
    private readonly byte[] _to;
    private readonly List<R2Object> _objects = [];
    private readonly List<string> _prefixes = [];
    private byte[] _from;
    private long _metadata;

    public R2Lister(SqliteDatabase database, R2ListQuery query)
    {
        _database = database;
        _query = query;
        _delimiter = Encoding.UTF8.GetBytes(query.Delimiter);
        (_from, _to) = R2KeyRange.Of(query.Prefix);
        _prefixLength = _from.Length;
        if (query.StartAfter is { } after) _from = R2KeyRange.Later(_from, Following(Encoding.UTF8.GetBytes(after)));
        if (query.Cursor is { } cursor) _from = R2KeyRange.Later(_from, ReadCursor(cursor));
    }

    /// <exception cref="R2Exception">The cursor is no cursor.</exception>
    public R2Page Read()
    {
        while (!IsFull && ReadOn())
        {
        }

        return new R2Page(_objects, _prefixes, IsFull && IsMore() ? Base64Url.EncodeToString(_from) : null);
    }

    private bool IsFull => _objects.Count + _prefixes.Count >= _query.Limit || _metadata > MostMetadata;

    /// <summary>Reads until the page is full, or a prefix is to be skipped (true), or there are no more keys (false).</summary>
    private bool ReadOn()
    {
        var row = _database.Prepare($"SELECT {R2Columns.List} FROM object WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3")
            .Bind(1, _from).Bind(2, _to).Bind(3, _query.Limit - _objects.Count - _prefixes.Count);
        try
        {
            var any = false;
            while (!IsFull && row.Step())
            {
                any = true;
                var key = row.Blob(0);
                if (Group(key) is { } length)
                {
                    _prefixes.Add(Encoding.UTF8.GetString(key[..length]));
                    _from = R2KeyRange.After(key[..length]);
                    return true;
                }

                _from = R2KeyRange.Next(key);
                _objects.Add(R2Columns.Read(row, _query.WithHttp, _query.WithCustom));
                if (_query.WithHttp) _metadata += row.Blob(7).Length;
                if (_query.WithCustom) _metadata += row.Blob(8).Length;
            }

            return any;
        }
        finally
        {
            row.Reset();
        }
    }

    /// <summary>How many bytes of the key stand for all that begin like it, when it has the delimiter.</summary>
    private int? Group(ReadOnlySpan<byte> key)
    {
        if (_delimiter.Length == 0) return null;
        var at = key[_prefixLength..].IndexOf(_delimiter);
        return at < 0 ? null : _prefixLength + at + _delimiter.Length;
    }

    // After a prefix that was listed for all its keys come the keys behind these.
    private byte[] Following(byte[] listed) =>
        listed.Length > _prefixLength && Group(listed) == listed.Length ? R2KeyRange.After(listed) : R2KeyRange.Next(listed);

    private bool IsMore()
    {
        var row = _database.Prepare("SELECT 1 FROM object WHERE key >= ?1 AND key < ?2 LIMIT 1").Bind(1, _from).Bind(2, _to);
        var more = row.Step();
        row.Reset();
        return more;
    }

    private static byte[] ReadCursor(string cursor)
    {
        try
        {
            return Base64Url.DecodeFromChars(cursor);
        }
        catch (FormatException)
        {
            throw R2Exception.InvalidArgument("The specified cursor is not valid. Use the cursor of an earlier list operation with the same options.");
        }
    }
}
