using System.Text;
using Skep.Abstractions.D1;
using Skep.V8;

namespace Skep.Runtime.D1;

/// <summary>A database's failures in workerd's words: <c>D1_ERROR: …</c>.</summary>
internal static class D1Errors
{
    /// <param name="queries">What was asked.</param>
    /// <param name="failed">What failed.</param>
    public static JsException ToJs(ReadOnlySpan<byte> queries, D1Exception failed)
    {
        D1QueryReader reader = new(queries);
        return JsException.Plain(reader.Shape == D1Shape.Count
            ? $"D1_EXEC_ERROR: Error in line {failed.Query + 1}: {Line(ref reader, failed.Query)}: {failed.Message}"
            : $"D1_ERROR: {failed.Message}");
    }

    private static string Line(ref D1QueryReader reader, int query)
    {
        for (; query > 0 && query < reader.Queries; query--)
        {
            reader.Sql();
            for (var left = reader.Parameters(); left > 0; left--) reader.Value();
        }

        return reader.Queries > 0 ? Encoding.UTF8.GetString(reader.Sql()[..^1]) : "";
    }
}
