namespace Skep.Storage.Objects;

/// <summary>What the platform keeps of an object beside its data: the alarm and its terms, and which epoch wrote last.</summary>
internal sealed class ObjectMetadata(ObjectConnection connection)
{
    private const int AlarmKey = 1;
    private const int EpochKey = 2;
    private const int TermsKey = 3;

    private bool? _exists;
    private bool _alarmKnown;
    private long? _alarm;

    public DateTimeOffset? Alarm
    {
        get
        {
            if (!_alarmKnown) _alarm = Read(AlarmKey);
            _alarmKnown = true;
            return _alarm is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due) : null;
        }

        set
        {
            var due = value?.ToUnixTimeMilliseconds();
            if (due != null || Read(AlarmKey) != null) Write(AlarmKey, due);
            _alarm = due;
            _alarmKnown = true;
        }
    }

    public long? Epoch
    {
        get => Read(EpochKey);
        set => Write(EpochKey, value);
    }

    public byte[] Terms
    {
        get
        {
            if (!Exists()) return [];
            var read = connection.Own("SELECT value FROM _cf_METADATA WHERE key = ?1").Bind(1, (long)TermsKey);
            var value = read.StepTrusted() ? read.Bytes(0).ToArray() : [];
            read.Reset();
            return value;
        }

        set
        {
            Create();
            connection.Own("INSERT INTO _cf_METADATA VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value").Bind(1, (long)TermsKey).BindBlob(2, value).Run();
        }
    }

    /// <summary>Something was undone: what was read may be wrong.</summary>
    public void Forget()
    {
        _exists = null;
        _alarmKnown = false;
    }

    private bool Exists()
    {
        if (_exists is { } known) return known;
        var has = connection.Own("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_cf_METADATA'");
        _exists = has.StepTrusted();
        has.Reset();
        return _exists.Value;
    }

    private long? Read(int key)
    {
        if (!Exists()) return null;
        var read = connection.Own("SELECT value FROM _cf_METADATA WHERE key = ?1").Bind(1, (long)key);
        var value = read.StepTrusted() && read.Type(0) != Abstractions.Objects.SqlType.Null ? read.Int64(0) : (long?)null;
        read.Reset();
        return value;
    }

    private void Create()
    {
        if (Exists()) return;
        connection.Execute("CREATE TABLE IF NOT EXISTS _cf_METADATA (key INTEGER PRIMARY KEY, value BLOB)");
        _exists = true;
    }

    private void Write(int key, long? value)
    {
        Create();
        var write = connection.Own("INSERT INTO _cf_METADATA VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value").Bind(1, (long)key);
        if (value is { } number) write.Bind(2, number);
        write.Run();
    }
}
