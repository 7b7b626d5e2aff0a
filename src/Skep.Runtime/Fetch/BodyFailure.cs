using Skep.Abstractions.Channels;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>The peer of a body failed: how that looks to a worker.</summary>
internal static class BodyFailure
{
    public static bool Is(Exception exception) =>
        exception is SubrequestException or IOException or OperationCanceledException or InvalidOperationException;

    /// <summary>An origin's failure says what happened and where; a client's has one sentence.</summary>
    public static JsException ToJs(Exception exception) =>
        exception is SubrequestException described ? JsException.Type(described.Message) : JsException.Plain("Network connection lost.");
}
