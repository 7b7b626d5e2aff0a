using System.Runtime.InteropServices;
using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>The host functions that JavaScript can call, by name. Filled before <see cref="Engine.Initialize"/>; the same names
/// in the same order belong to every snapshot that is used.</summary>
public sealed unsafe class OpTable
{
    private readonly List<string> names = [];
    private nint[] functions = new nint[64];

    /// <summary>The names, in the order of their numbers.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>Turns an exception that an op let out into the JavaScript value to throw. The default makes a plain error of
    /// its class.</summary>
    public delegate*<in OpCall, Exception, void> OnException { get; set; } = &ThrowPlain;

    /// <summary>Adds an op. It may throw <see cref="JsException"/>; anything else becomes an internal error.</summary>
    public void Add(string name, delegate*<in OpCall, void> function)
    {
        if (names.Contains(name)) throw new ArgumentException($"The op {name} exists already.", nameof(name));
        if (names.Count == functions.Length) Array.Resize(ref functions, functions.Length * 2);
        functions[names.Count] = (nint)function;
        names.Add(name);
    }

    [UnmanagedCallersOnly]
    internal static void Dispatch(OpFrame* frame)
    {
        var call = new OpCall(frame);
        try
        {
            ((delegate*<in OpCall, void>)Engine.Table.functions[frame->Op])(in call);
        }
        catch (Exception exception)
        {
            Engine.Table.OnException(in call, exception);
        }
    }

    private static void ThrowPlain(in OpCall call, Exception exception) =>
        call.Throw((exception as JsException)?.ErrorClass ?? JsErrorClass.Error, exception.Message);
}
