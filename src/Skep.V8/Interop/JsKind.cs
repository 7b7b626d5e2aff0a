namespace Skep.V8;

/// <summary>What a JavaScript value is, as far as the host needs to know.</summary>
public enum JsKind
{
    /// <summary>undefined</summary>
    Undefined = 0,

    /// <summary>null</summary>
    Null = 1,

    /// <summary>A boolean.</summary>
    Boolean = 2,

    /// <summary>A number that is a 32-bit integer.</summary>
    Int32 = 3,

    /// <summary>Any other number.</summary>
    Double = 4,

    /// <summary>A string.</summary>
    String = 5,

    /// <summary>An ArrayBuffer or a view on one.</summary>
    Bytes = 6,

    /// <summary>An array.</summary>
    Array = 7,

    /// <summary>A function.</summary>
    Function = 8,

    /// <summary>Any other object.</summary>
    Object = 9,

    /// <summary>A promise.</summary>
    Promise = 10,

    /// <summary>A symbol or a bigint.</summary>
    Other = 11,

    /// <summary>Only as an op's result: the value is thrown.</summary>
    Throw = 12,
}
