using System.Text;
using Skep.Abstractions.Objects;

namespace Skep.Testing;

/// <summary>One object's part of a <see cref="FakeObjectStore"/>.</summary>
public sealed class FakeObjectStorage(FakeObjectStore store) : IObjectStorage, IObjectFacets
{
    private readonly Dictionary<string, FakeObjectStorage> _facets = [];
    private readonly Stack<(SortedDictionary<string, byte[]> Values, DateTimeOffset? Alarm)> _transactions = new();
    private SortedDictionary<string, byte[]> _values = new(StringComparer.Ordinal);
    private SortedDictionary<string, byte[]> _committed = new(StringComparer.Ordinal);
    private DateTimeOffset? _alarm;
    private byte[] _terms = [];
    private byte[] _committedTerms = [];
    private DateTimeOffset? _committedAlarm;
    private Task _last = Task.CompletedTask;
    private bool _alarmRuns;
    private bool _isOpen;
    private bool _isDirty;

    /// <summary>What was committed.</summary>
    public IReadOnlyDictionary<string, byte[]> Stored => _committed;

    public bool Sqlite => false;

    public IObjectSql Sql => throw new NotSupportedException();

    public IObjectFacets Facets => this;

    public bool HoldsOutput => _isDirty;

    public ReadOnlyMemory<byte> Terms
    {
        get => _terms;
        set
        {
            Write();
            _terms = value.ToArray();
        }
    }

    public long DatabaseSize => _values.Sum(static each => each.Key.Length + each.Value.Length);

    public DateTimeOffset? Alarm
    {
        get => _alarmRuns ? null : _alarm;
        set
        {
            Write();
            _alarmRuns = false;
            _alarm = value;
        }
    }

    internal void Reopen()
    {
        if (_isOpen) throw new InvalidOperationException("The storage of an object was opened twice at once.");
        _isOpen = true;
    }

    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        Check();
        var found = _values.TryGetValue(Encoding.UTF8.GetString(key), out var bytes);
        value = bytes;
        return found;
    }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Write();
        _values[Encoding.UTF8.GetString(key)] = value.ToArray();
    }

    public bool Delete(ReadOnlySpan<byte> key)
    {
        Write();
        return _values.Remove(Encoding.UTF8.GetString(key));
    }

    public void List<TState>(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end, bool reverse, long limit, TakePair<TState> take, ref TState state)
        where TState : allows ref struct
    {
        Check();
        var (from, to) = (Encoding.UTF8.GetString(start), Encoding.UTF8.GetString(end));
        var found = _values.Where(each => string.CompareOrdinal(each.Key, from) >= 0 && (to.Length == 0 || string.CompareOrdinal(each.Key, to) < 0)).ToList();
        if (reverse) found.Reverse();
        foreach (var (key, value) in limit < 0 ? found : found.Take((int)limit))
        {
            if (!take(ref state, Encoding.UTF8.GetBytes(key), value)) return;
        }
    }

    public bool TryBeginAlarm(DateTimeOffset scheduled)
    {
        Check();
        if (_alarm is not { } set || set.ToUnixTimeMilliseconds() != scheduled.ToUnixTimeMilliseconds()) return false;
        _alarmRuns = true;
        return true;
    }

    public void EndAlarm(bool done)
    {
        Check();
        if (!_alarmRuns) return;
        _alarmRuns = false;
        if (done) Alarm = null;
    }

    public ObjectCommit Commit()
    {
        Check();
        if (!_isDirty || _transactions.Count > 0) return default;
        _isDirty = false;
        _committed = new SortedDictionary<string, byte[]>(_values, StringComparer.Ordinal);
        (_committedAlarm, _committedTerms) = (_alarm, _terms);
        _last = store.Durability?.Invoke() ?? Task.CompletedTask;
        return new ObjectCommit(_last, Confirm: true);
    }

    public Task WhenDurableAsync() => _last;

    public bool AllowUnconfirmed { get; set; }

    public ObjectTransaction Begin()
    {
        Check();
        _transactions.Push((new SortedDictionary<string, byte[]>(_values, StringComparer.Ordinal), _alarm));
        return new ObjectTransaction(_transactions.Count - 1);
    }

    public void End(ObjectTransaction transaction, bool keep)
    {
        Check();
        var before = _transactions.Pop();
        if (!keep) (_values, _alarm) = before;
    }

    public void DeleteAll(bool alarm)
    {
        Write();
        _values.Clear();
        _facets.Clear();
        if (alarm) _alarm = null;
    }

    IFacetStorage IObjectFacets.Find(string name)
    {
        Check();
        if (!_facets.TryGetValue(name, out var facet)) _facets[name] = facet = new FakeObjectStorage(store);
        return new FakeFacet(store, facet);
    }

    void IObjectFacets.Delete(string name)
    {
        Write();
        _facets.Remove(name);
    }

    Task IObjectFacets.SweepAsync(Task closed) => closed;

    public string CurrentBookmark() => throw new NotSupportedException();

    public string BookmarkAt(DateTimeOffset moment) => throw new NotSupportedException();

    public string RestoreAtNextOpen(string bookmark) => throw new NotSupportedException();

    public async ValueTask DisposeAsync()
    {
        Check();
        await _last.ContinueWith(static _ => { }, TaskScheduler.Default);
        // What the turn that was cut short has written is not kept.
        _values = new SortedDictionary<string, byte[]>(_committed, StringComparer.Ordinal);
        (_alarm, _terms, _alarmRuns, _isDirty, _isOpen) = (_committedAlarm, _committedTerms, false, false, false);
        _transactions.Clear();
        store.Closed();
    }

    private void Write()
    {
        Check();
        _isDirty = true;
    }

    private void Check()
    {
        if (!_isOpen) throw new InvalidOperationException("The storage of an object was used after it was closed.");
    }

    private sealed class FakeFacet(FakeObjectStore store, FakeObjectStorage facet) : IFacetStorage
    {
        public ValueTask<IObjectStorage> OpenAsync(CancellationToken cancellation = default)
        {
            store.CountOpened();
            facet.Reopen();
            return new(facet);
        }
    }
}
