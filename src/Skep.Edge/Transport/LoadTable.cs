using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Skep.Edge.Transport;

/// <summary>How many connections each of several processes has, in memory that they share, so that whoever has more than others leaves a new
/// connection to them. The memory has no name; processes inherit its descriptor.</summary>
public sealed unsafe partial class LoadTable : IDisposable
{
    // Each count on a cache line of its own: it changes with every connection.
    private const int Stride = 64;
    private const int CloseOnExec = 1;
    private const int Absent = -1;
    private const int ReadWrite = 3;
    private const int Shared = 1;

    private readonly int _slots;
    private readonly byte* _memory;

    private LoadTable(int descriptor, int slots)
    {
        Descriptor = descriptor;
        _slots = slots;
        _memory = (byte*)mmap(0, (nuint)(slots * Stride), ReadWrite, Shared, descriptor, 0);
        if (_memory == (byte*)-1)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>What a process must inherit.</summary>
    public int Descriptor { get; }

    /// <summary>A new table in which nobody takes part.</summary>
    public static LoadTable Create(int slots)
    {
        int descriptor;
        fixed (byte* name = "skep load\0"u8)
            descriptor = memfd_create(name, CloseOnExec);
        if (descriptor < 0 || ftruncate(descriptor, slots * Stride) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        var table = new LoadTable(descriptor, slots);
        for (int slot = 0; slot < slots; slot++)
            table.Leave(slot);
        return table;
    }

    /// <summary>The table of another process.</summary>
    public static LoadTable Open(int descriptor, int slots) => new(descriptor, slots);

    /// <summary>Takes part from now on, with no connections.</summary>
    public void Join(int slot) => Volatile.Write(ref Count(slot), 0);

    /// <summary>Takes part no more: nothing is left to this process.</summary>
    public void Leave(int slot) => Volatile.Write(ref Count(slot), Absent);

    /// <summary>A connection came or went.</summary>
    public void Change(int slot, int by)
    {
        // One that leaves has connections still.
        if (Volatile.Read(ref Count(slot)) != Absent)
            Interlocked.Add(ref Count(slot), by);
    }

    /// <summary>Whether another process has clearly fewer connections than this one.</summary>
    public bool IsAhead(int slot)
    {
        int least = int.MaxValue;
        for (int other = 0; other < _slots; other++)
        {
            int count = Volatile.Read(ref Count(other));
            if (count != Absent && count < least)
                least = count;
        }

        return Volatile.Read(ref Count(slot)) > least + (least >> 4);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = munmap(_memory, (nuint)(_slots * Stride));
        _ = LibC.close(Descriptor);
    }

    private ref int Count(int slot) => ref *(int*)(_memory + (slot * Stride));

    [LibraryImport("libc", SetLastError = true)]
    private static partial int memfd_create(byte* name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(int descriptor, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(byte* address, nuint length);
}
