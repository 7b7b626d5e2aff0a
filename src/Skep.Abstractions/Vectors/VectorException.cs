namespace Skep.Abstractions.Vectors;

/// <summary>An index refuses, or fails.</summary>
public sealed class VectorException : Exception
{
    /// <param name="status">An HTTP status.</param>
    /// <param name="code">Cloudflare's number for it.</param>
    /// <param name="message">Shown to the worker and to callers of the API: no paths.</param>
    /// <param name="inner">The cause, for the operator.</param>
    public VectorException(int status, int code, string message, Exception? inner = null)
        : base(message, inner) => (Status, Code) = (status, code);

    /// <summary>An HTTP status.</summary>
    public int Status { get; }

    /// <summary>Cloudflare's number for it.</summary>
    public int Code { get; }

    /// <summary>The request is wrong.</summary>
    public static VectorException Invalid(string message) => new(400, 40000, message);

    /// <summary>A vector has the wrong number of dimensions.</summary>
    public static VectorException Dimensions(string what, int expected, int given) => new(400, 40012, $"{what}, expected {expected} dimensions, and got {given} dimensions");

    /// <summary>There is no such index.</summary>
    public static VectorException NoIndex(string name) => new(404, 3000, $"vectorize.index_not_found: there is no index \"{name}\".");
}
