using Skep.Abstractions.Kv;
using Skep.V8;

namespace Skep.Runtime.Kv;

/// <summary>A namespace's refusals in workerd's words: <c>KV PUT failed: 400 …</c>.</summary>
internal static class KvErrors
{
    public static JsException ToJs(string method, KvException refused) => JsException.Plain($"KV {method} failed: {refused.Status} {refused.Message}");

    /// <exception cref="JsException">The rule says no.</exception>
    public static void Check<T>(string method, T value, Action<T> rule)
    {
        try
        {
            rule(value);
        }
        catch (KvException refused)
        {
            throw ToJs(method, refused);
        }
    }

    /// <exception cref="JsException">The rule says no.</exception>
    public static TResult Check<T, TResult>(string method, T value, Func<T, TResult> rule)
    {
        try
        {
            return rule(value);
        }
        catch (KvException refused)
        {
            throw ToJs(method, refused);
        }
    }
}
