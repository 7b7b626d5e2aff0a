using System.Globalization;
using System.Text;

namespace Skep.V8.Tests;

/// <summary>Running test scripts in an isolate.</summary>
internal static class Script
{
    /// <summary>2026-01-01, the time that entries of the tests show.</summary>
    public const double Now = 1767225600000;

    /// <summary>An isolate without the web-API layer: <c>ops</c> are the test's own.</summary>
    public static Isolate NewIsolate(long heapLimit = 128 << 20) => new(new IsolateOptions { HeapLimit = heapLimit });

    /// <summary>Runs a script in an entry of its own; its value as text.</summary>
    public static string Eval(this Isolate isolate, string script)
    {
        isolate.Enter(Now);
        try
        {
            return isolate.EvalInside(script);
        }
        finally
        {
            isolate.Exit();
        }
    }

    /// <summary>Runs a script in an entry that is there already.</summary>
    public static string EvalInside(this Isolate isolate, string script)
    {
        var status = isolate.TryEval(script, out var text);
        return status == JsStatus.Ok ? text : throw new ScriptFailure(status, text);
    }

    /// <summary>Runs a script that may fail; its value, or the message of what it threw.</summary>
    public static JsStatus TryEval(this Isolate isolate, string script, out string text)
    {
        JsResult result = default;
        isolate.RunScript(Encoding.UTF8.GetBytes("globalThis.ops ??= globalThis.__skepOps;" + script), "test.js", ref result);
        text = result.Status switch
        {
            JsStatus.Ok => Text(result.Value),
            JsStatus.Exception => isolate.DescribeError(result.Value.Local).Message,
            _ => "",
        };
        return result.Status;
    }

    private static string Text(JsValue value) => value.Kind switch
    {
        JsKind.String => value.ToString(),
        JsKind.Boolean => value.Boolean ? "true" : "false",
        JsKind.Int32 or JsKind.Double => value.Number.ToString(CultureInfo.InvariantCulture),
        var kind => kind.ToString(),
    };
}

/// <summary>A test script did not return.</summary>
internal sealed class ScriptFailure(JsStatus status, string message) : Exception($"{status}: {message}")
{
    public JsStatus Status { get; } = status;
}
