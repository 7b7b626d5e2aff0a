namespace Skep.V8;

/// <summary>The constructors of errors that the engine makes; the numbers are the shim's.</summary>
public enum JsErrorClass
{
    /// <summary>Error</summary>
    Error = 0,

    /// <summary>TypeError</summary>
    TypeError = 1,

    /// <summary>RangeError</summary>
    RangeError = 2,

    /// <summary>SyntaxError</summary>
    SyntaxError = 3,

    /// <summary>ReferenceError</summary>
    ReferenceError = 4,
}
