namespace Skep.Edge.Postgres;

/// <summary>What the server still has to answer of what was sent to it: where its answers are not to reach the client as they are, and how
/// often it will say that it is ready. Used by who sends and by who receives.</summary>
internal sealed class PendingReplies
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Entry> _entries = new();
    private int _ends;
    private bool _open;
    private bool _skipping;

    /// <summary>What to do with a reply.</summary>
    public enum Treatment
    {
        /// <summary>The client asked for it.</summary>
        Pass,

        /// <summary>The client did not ask.</summary>
        Drop,

        /// <summary>The client takes it for the completion of a Parse that need not be sent.</summary>
        PassAsParse,
    }

    private enum Kind
    {
        Parse,
        Close,
        Sync,
        Simple,
    }

    /// <summary>A Parse is sent.</summary>
    /// <param name="treatment">What its completion is to the client.</param>
    /// <param name="failed">Called when the server does not do it.</param>
    public void Parse(Treatment treatment, Action failed) => Add(new Entry(Kind.Parse, treatment, failed));

    /// <summary>A Close is sent.</summary>
    public void Close(Treatment treatment) => Add(new Entry(Kind.Close, treatment, null));

    /// <summary>Another message of the extended protocol is sent: a Sync must follow.</summary>
    public void Extended()
    {
        lock (_gate) _open = true;
    }

    /// <summary>A Sync is sent.</summary>
    public void Sync()
    {
        lock (_gate)
        {
            _open = false;
            _skipping = false;
            _ends++;
            _entries.AddLast(new Entry(Kind.Sync, Treatment.Pass, null));
        }
    }

    /// <summary>A simple query, or a function call, is sent.</summary>
    public void Simple()
    {
        lock (_gate)
        {
            if (_skipping) return;
            _ends++;
            _entries.AddLast(new Entry(Kind.Simple, Treatment.Pass, null));
        }
    }

    /// <summary>A statement has been prepared, or closed: what to do with the reply.</summary>
    public Treatment Completed()
    {
        lock (_gate)
        {
            if (_entries.First is not { Value: { Kind: Kind.Parse or Kind.Close } entry }) return Treatment.Pass;
            _entries.RemoveFirst();
            return entry.Treatment;
        }
    }

    /// <summary>The server reports an error: in the extended protocol it does nothing more until the next Sync.</summary>
    public void Failed()
    {
        List<Action>? undone = null;
        lock (_gate)
        {
            if (_entries.First is { Value.Kind: Kind.Simple }) return;
            while (_entries.First is { } first && first.Value.Kind != Kind.Sync)
            {
                if (first.Value.Failed is { } failed) (undone ??= []).Add(failed);
                if (first.Value.Kind == Kind.Simple) _ends--;
                _entries.RemoveFirst();
            }

            if (_entries.Count == 0 && _open) _skipping = true;
        }

        if (undone is null) return;
        foreach (var failed in undone) failed();
    }

    /// <summary>The server takes data now. It ignores what was sent before to synchronise.</summary>
    public void CopyBegins()
    {
        lock (_gate)
        {
            if (_entries.First is not { Value.Kind: Kind.Sync }) return;
            while (_entries.First is { Value.Kind: Kind.Sync })
            {
                _ends--;
                _entries.RemoveFirst();
            }

            _open = true;
        }
    }

    /// <summary>The server is ready. True when it has nothing more to do for this client.</summary>
    public bool Ready()
    {
        lock (_gate)
        {
            while (_entries.First is { } first)
            {
                _entries.RemoveFirst();
                if (first.Value.Kind is not (Kind.Sync or Kind.Simple)) continue;
                _ends--;
                break;
            }

            return _ends == 0 && !_open;
        }
    }

    /// <summary>Whether the server is doing something.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate) return _ends > 0;
        }
    }

    private void Add(Entry entry)
    {
        lock (_gate)
        {
            _open = true;
            if (!_skipping)
            {
                _entries.AddLast(entry);
                return;
            }
        }

        entry.Failed?.Invoke();
    }

    private readonly record struct Entry(Kind Kind, Treatment Treatment, Action? Failed);
}
