namespace Skep.Abstractions.Objects;

/// <summary>A Durable Object's storage refuses, or fails.</summary>
/// <param name="kind">Whose mistake it is.</param>
/// <param name="message">As JavaScript sees it: no paths.</param>
/// <param name="inner">The cause, for the operator.</param>
public sealed class ObjectStorageException(ObjectStorageError kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whose mistake it is.</summary>
    public ObjectStorageError Kind { get; } = kind;
}

/// <summary>Kinds of <see cref="ObjectStorageException"/>.</summary>
public enum ObjectStorageError
{
    /// <summary>The worker asked for what there is not, or what is not allowed: an <c>Error</c> that it can catch.</summary>
    Refused,

    /// <summary>An argument is wrong: a <c>TypeError</c>.</summary>
    Argument,

    /// <summary>An argument is too large: a <c>RangeError</c>.</summary>
    TooLarge,

    /// <summary>The disk or the file failed. The object has to be ended.</summary>
    Failed,
}
