using System.Collections.Concurrent;
using System.Reflection;

namespace Skep.Runtime.Tests.Objects;

/// <summary>A service whose calls are noted before they are answered: by another, or with nothing.</summary>
internal class Watched : DispatchProxy
{
    private object? answering;
    private ConcurrentQueue<string> seen = null!;

    public static T Service<T>(ConcurrentQueue<string> seen, T? answering)
        where T : class
    {
        var service = Create<T, Watched>();
        ((Watched)(object)service).answering = answering;
        ((Watched)(object)service).seen = seen;
        return service;
    }

    protected override object? Invoke(MethodInfo? method, object?[]? arguments)
    {
        seen.Enqueue(method!.Name);
        if (answering is not null) return method.Invoke(answering, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        return method.ReturnType.IsValueType && method.ReturnType != typeof(void) ? Activator.CreateInstance(method.ReturnType) : null;
    }
}
