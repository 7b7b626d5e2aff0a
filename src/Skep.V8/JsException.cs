namespace Skep.V8;

/// <summary>Thrown by an op: becomes a JavaScript exception of the given class where the op was called.</summary>
public sealed class JsException : Exception
{
    /// <summary>A native error.</summary>
    public JsException(JsErrorClass errorClass, string message)
        : base(message) => ErrorClass = errorClass;

    /// <summary>A DOMException with this name, made by the web-API layer.</summary>
    public JsException(string domName, string message)
        : base(message) => DomName = domName;

    /// <summary>The native class, unless <see cref="DomName"/> is set.</summary>
    public JsErrorClass ErrorClass { get; }

    /// <summary>The DOMException's name, or null.</summary>
    public string? DomName { get; }

    /// <summary>A TypeError.</summary>
    public static JsException Type(string message) => new(JsErrorClass.TypeError, message);

    /// <summary>A RangeError.</summary>
    public static JsException Range(string message) => new(JsErrorClass.RangeError, message);

    /// <summary>A plain Error.</summary>
    public static JsException Plain(string message) => new(JsErrorClass.Error, message);
}
