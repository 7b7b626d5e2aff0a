using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Ops;

/// <summary>Bindings as ops are given them: by their places among the version's, so that JavaScript reaches none that it was not given.</summary>
internal static class OpBindings
{
    /// <summary>The binding whose place is the first argument.</summary>
    /// <exception cref="JsException">There is none of that kind.</exception>
    public static T Binding<T>(this in OpCall call)
        where T : Binding
    {
        var bindings = call.State<WorkerIsolate>().Worker.Version.Bindings;
        var place = call[0].Int32;
        return place >= 0 && place < bindings.Length && bindings[place] is T binding ? binding : throw JsException.Type("Illegal invocation");
    }
}
