using System.Runtime.InteropServices;
using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>A V8 heap with one context. One thread at a time enters it; any thread may <see cref="Terminate"/> it. A disposed
/// isolate throws <see cref="ObjectDisposedException"/> from every member.</summary>
public sealed unsafe class Isolate : IDisposable
{
    private readonly Lock terminating = new();
    private readonly void* entry;
    private GCHandle self;
    private nint handle;
    private int occupied;

    /// <summary>Makes an isolate from a snapshot. Takes 1-2 ms.</summary>
    public Isolate(IsolateOptions options)
    {
        Options = options;
        self = GCHandle.Alloc(this, GCHandleType.Weak);
        entry = NativeMemory.Alloc((nuint)NativeMethods.skep_entry_size());
        var names = options.HostFunctions.Select(Utf8Text.Terminated).ToArray();
        var pins = names.Select(name => GCHandle.Alloc(name, GCHandleType.Pinned)).ToArray();
        var pointers = stackalloc byte*[names.Length];
        for (var i = 0; i < names.Length; i++) pointers[i] = (byte*)pins[i].AddrOfPinnedObject();
        IsolateOptionsData data = new()
        {
            Snapshot = options.Snapshot == null ? null : options.Snapshot.Blob,
            SnapshotLength = options.Snapshot?.Length ?? 0,
            Managed = GCHandle.ToIntPtr(self),
            HeapLimit = options.HeapLimit,
            HostFunctions = pointers,
            HostFunctionCount = names.Length,
            AllowEval = options.AllowEval ? 1 : 0,
        };
        handle = NativeMethods.skep_isolate_create(&data);
        foreach (var pin in pins) pin.Free();
    }

    /// <summary>The options it was made with.</summary>
    public IsolateOptions Options { get; }

    /// <summary>Whatever the owner wants ops to find.</summary>
    public object? State { get; set; }

    /// <summary>Resolves an import: the specifier and the importing module's number (-1 when unknown) to a module number.
    /// May compile modules; a <see cref="JsException"/> becomes the import's error.</summary>
    public Func<string, int, int>? ModuleResolver { get; set; }

    /// <summary>Called, on any thread, when V8 posts a task that <see cref="Pump"/> should run soon.</summary>
    public Action? TaskPosted { get; set; }

    /// <summary>True once it has been disposed of.</summary>
    public bool IsDisposed => handle == 0;

    /// <summary>True once the heap limit was reached: terminate its work and dispose of it.</summary>
    public bool IsCondemned => NativeMethods.skep_heap_condemned(Handle) != 0;

    /// <summary>The number of the event in whose asynchronous context JavaScript runs, -1 for none: what the continuation data
    /// is, or has as its property <c>event</c>. Inside an entry.</summary>
    public int AsyncEvent => NativeMethods.skep_async_event(Handle);

    internal nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(handle == 0, this);
            return handle;
        }
    }

    /// <summary>Enters the isolate: until <see cref="Exit"/>, this thread and no other may run JavaScript in it.
    /// <paramref name="now"/> is what the clocks show meanwhile, in milliseconds since 1970.</summary>
    public void Enter(double now)
    {
        if (Interlocked.CompareExchange(ref occupied, 1, 0) != 0) throw new InvalidOperationException("The isolate is in use by another thread.");
        if (handle == 0)
        {
            occupied = 0;
            throw new ObjectDisposedException(nameof(Isolate));
        }

        NativeMethods.skep_enter(handle, entry, now);
    }

    /// <summary>What the clocks show from now on, in milliseconds since 1970. Inside an entry.</summary>
    public void SetClock(double now)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        NativeMethods.skep_set_now(now);
    }

    /// <summary>Leaves the isolate. Every <see cref="JsLocal"/> and <see cref="JsValue"/> of the entry is dead.</summary>
    public void Exit()
    {
        NativeMethods.skep_exit(Handle, entry);
        Volatile.Write(ref occupied, 0);
    }

    /// <summary>Stops the JavaScript that runs, if any does, at the next loop or call. Any thread may call it.</summary>
    public void Terminate()
    {
        lock (terminating)
        {
            if (handle != 0) NativeMethods.skep_terminate(handle);
        }
    }

    /// <summary>Lets JavaScript run again after a termination.</summary>
    public void Resume() => NativeMethods.skep_resume(Handle);

    /// <summary>Runs V8's waiting tasks. Inside an entry.</summary>
    public int Pump() => NativeMethods.skep_pump(Handle);

    /// <summary>True when an ArrayBuffer was refused for the memory limit since the last call.</summary>
    public bool TakeBuffersRefused() => NativeMethods.skep_array_buffers_refused(Handle) != 0;

    /// <summary>Charges memory that the host keeps on behalf of JavaScript to the heap limit; false when it does not fit. Inside
    /// an entry; may collect garbage.</summary>
    public bool TryCharge(long bytes) => NativeMethods.skep_charge(Handle, bytes) != 0;

    /// <summary>Takes a charge back. Any thread may call it, at any time.</summary>
    public void Discharge(long bytes)
    {
        lock (terminating)
        {
            if (handle != 0) NativeMethods.skep_discharge(handle, bytes);
        }
    }

    /// <summary>Asks V8 to give memory back; <paramref name="critical"/> collects everything now. Inside an entry.</summary>
    public void ReduceMemory(bool critical) => NativeMethods.skep_low_memory(Handle, critical ? 1 : 0);

    /// <summary>Frees the heap. Not while entered.</summary>
    public void Dispose()
    {
        if (handle == 0) return;
        if (Interlocked.CompareExchange(ref occupied, 1, 0) != 0) throw new InvalidOperationException("An isolate cannot be disposed of while it is entered.");
        nint disposed;
        lock (terminating)
        {
            disposed = handle;
            handle = 0;
        }

        if (disposed != 0)
        {
            NativeMethods.skep_isolate_dispose(disposed);
            NativeMemory.Free(entry);
            self.Free();
        }

        occupied = 0;
    }

    internal static Isolate? FromHandle(nint managed) => (Isolate?)GCHandle.FromIntPtr(managed).Target;

    internal int ResolveModule(string specifier, int referrer) =>
        (ModuleResolver ?? throw new JsException(JsErrorClass.TypeError, $"Cannot resolve module '{specifier}'"))(specifier, referrer);

    internal void OnTaskPosted() => TaskPosted?.Invoke();

    internal void Throw(Exception exception)
    {
        var error = this.NewError((exception as JsException)?.ErrorClass ?? JsErrorClass.Error, exception.Message);
        NativeMethods.skep_throw(handle, error.Slot);
    }
}
