namespace Skep.Abstractions.D1;

/// <summary>A query fails, or a database does. Workers see <c>D1_ERROR: …</c> with the message.</summary>
public sealed class D1Exception : Exception
{
    /// <param name="status">An HTTP status.</param>
    /// <param name="message">Shown to the worker and to callers of the API: no paths.</param>
    /// <param name="query">Which of the queries failed, from 0.</param>
    /// <param name="inner">The cause, for the operator.</param>
    public D1Exception(int status, string message, int query = 0, Exception? inner = null)
        : base(message, inner) => (Status, Query) = (status, query);

    /// <summary>An HTTP status.</summary>
    public int Status { get; }

    /// <summary>Which of the queries failed, from 0.</summary>
    public int Query { get; }

    /// <summary>The database does not exist (any more).</summary>
    public static D1Exception NoDatabase() => new(404, "The D1 database does not exist.");
}
