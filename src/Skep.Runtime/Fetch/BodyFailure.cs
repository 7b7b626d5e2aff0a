using Skep.Abstractions.Channels;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>The peer of a body failed: how that looks to a worker.</summary>
internal static class BodyFailure
{
    public static bool Is(Exception exception) =>
        exception is SubrequestException or IOException or InvalidDataException or OperationCanceledException or InvalidOperationException;

    /// <summary>An origin's failure says what happened and where; a client's has one sentence.</summary>
    public static JsException ToJs(Exception exception) => exception switch
    {
        SubrequestException described => JsException.Type(described.Message),
        InvalidDataException => JsException.Type("The body is not what its content-encoding says."),
        _ => JsException.Plain("Network connection lost."),
    };
}
