using Skep.Supervision.Link;

namespace Skep.Supervision.Messages;

/// <summary>Calls whose request and answer are records.</summary>
internal static class LinkCalls
{
    public static async Task<TAnswer> AskAsync<TRequest, TAnswer>(this LinkConnection link, LinkMethod method, TRequest request, CancellationToken cancellation = default) =>
        LinkRecords.Read<TAnswer>((await link.CallAsync(method, new LinkMessage(LinkRecords.Write(request)), cancellation)).Payload.Span);

    public static async Task<TAnswer> AskAsync<TAnswer>(this LinkConnection link, LinkMethod method) =>
        LinkRecords.Read<TAnswer>((await link.CallAsync(method, LinkMessage.Empty)).Payload.Span);

    /// <summary>Ends when the other side has done it.</summary>
    public static Task TellAsync<TRequest>(this LinkConnection link, LinkMethod method, TRequest request) =>
        link.CallAsync(method, new LinkMessage(LinkRecords.Write(request)));

    /// <summary>Ends when the other side has done it.</summary>
    public static Task TellAsync(this LinkConnection link, LinkMethod method) => link.CallAsync(method, LinkMessage.Empty);
}
