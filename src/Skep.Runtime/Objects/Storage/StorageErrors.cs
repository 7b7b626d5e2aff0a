using Skep.Abstractions.Objects;
using Skep.V8;

namespace Skep.Runtime.Objects.Storage;

/// <summary>How failures of an object's storage reach JavaScript.</summary>
internal static class StorageErrors
{
    public static JsException ToJs(ObjectStorageException failure) => failure.Kind switch
    {
        ObjectStorageError.Argument => JsException.Type(failure.Message),
        ObjectStorageError.TooLarge => new JsException(JsErrorClass.RangeError, failure.Message),
        _ => JsException.Plain(failure.Message),
    };
}
