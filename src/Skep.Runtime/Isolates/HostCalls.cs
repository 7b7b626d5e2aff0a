using System.Text.Json;
using Skep.V8;

namespace Skep.Runtime.Isolates;

/// <summary>Calls the functions of the web-API layer by their names.</summary>
internal static class HostCalls
{
    /// <summary>What they are called in JavaScript, each at the number that it has here.</summary>
    public static string[] Names { get; } = [.. Enum.GetNames<HostFunction>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    /// <inheritdoc cref="Calls.CallHost(Isolate, int, ReadOnlySpan{int}, ref JsResult, bool)"/>
    public static void CallHost(this Isolate isolate, HostFunction function, scoped ReadOnlySpan<int> arguments, ref JsResult result, bool microtasks = true) =>
        isolate.CallHost((int)function, arguments, ref result, microtasks);

    /// <inheritdoc cref="Calls.CallHost(Isolate, int, ReadOnlySpan{JsArgument}, ref JsResult, bool)"/>
    public static void CallHost(this Isolate isolate, HostFunction function, scoped ReadOnlySpan<JsArgument> arguments, ref JsResult result, bool microtasks = true) =>
        isolate.CallHost((int)function, arguments, ref result, microtasks);
}
