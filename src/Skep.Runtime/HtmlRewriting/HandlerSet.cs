using System.Runtime.InteropServices;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>Which handlers of one kind listen now. A selector's handler listens while at least one element that it matched is open;
/// a document's always does.</summary>
internal sealed class HandlerSet
{
    private readonly bool[] present;
    private readonly int[] users;
    private readonly List<int> active = [];
    private bool changed = true;

    /// <param name="registrations">What each registration listens to; selectors first, then documents.</param>
    /// <param name="selectors">How many of them are selectors.</param>
    /// <param name="kind">The kind of handlers that this is about.</param>
    public HandlerSet(ReadOnlySpan<byte> registrations, int selectors, HandlerKinds kind)
    {
        present = new bool[registrations.Length];
        users = new int[registrations.Length];
        for (var i = 0; i < registrations.Length; i++)
        {
            present[i] = ((HandlerKinds)registrations[i] & kind) != HandlerKinds.None;
            if (present[i] && i >= selectors) users[i] = 1;
        }
    }

    /// <summary>The registrations whose handlers listen, in their order.</summary>
    public ReadOnlySpan<int> Active
    {
        get
        {
            if (changed)
            {
                changed = false;
                active.Clear();
                for (var i = 0; i < users.Length; i++)
                {
                    if (users[i] > 0) active.Add(i);
                }
            }

            return CollectionsMarshal.AsSpan(active);
        }
    }

    public bool Has(int registration) => present[registration];

    public void Begin(int registration) => Change(registration, 1);

    public void End(int registration) => Change(registration, -1);

    private void Change(int registration, int by)
    {
        if (!present[registration]) return;
        users[registration] += by;
        changed |= users[registration] <= 1;
    }
}

/// <summary>What a registration listens to; the numbers are those of the op.</summary>
[Flags]
internal enum HandlerKinds : byte
{
    None = 0,
    Element = 1,
    Comments = 2,
    Text = 4,
    Doctype = 8,
}
