using System.Collections.Concurrent;
using Skep.Supervision.Link;

namespace Skep.Supervision.Messages;

/// <summary>What one side answers and hears, by method.</summary>
internal sealed class LinkHandlers : ILinkHandler
{
    // Handlers are added while the link is read: a worker process learns only over it what its part is.
    private readonly ConcurrentDictionary<LinkMethod, Answer> _answers = new();
    private readonly ConcurrentDictionary<LinkMethod, Notice> _notices = new();

    /// <summary>Answers a call.</summary>
    public delegate ValueTask<LinkMessage> Answer(LinkMessage request, CancellationToken cancellation);

    /// <summary>Hears a notice.</summary>
    public delegate void Notice(ReadOnlySpan<byte> notice);

    /// <summary>Answers calls with bodies.</summary>
    public LinkHandlers On(LinkMethod method, Answer answer)
    {
        _answers[method] = answer;
        return this;
    }

    /// <summary>Answers calls whose request and answer are records.</summary>
    public LinkHandlers On<TRequest, TAnswer>(LinkMethod method, Func<TRequest, Task<TAnswer>> answer) =>
        On(method, async (request, _) => new LinkMessage(LinkRecords.Write(await answer(LinkRecords.Read<TRequest>(request.Payload.Span)))));

    /// <summary>Does what a record says.</summary>
    public LinkHandlers On<TRequest>(LinkMethod method, Func<TRequest, Task> act) => On(method, async (request, _) =>
    {
        await act(LinkRecords.Read<TRequest>(request.Payload.Span));
        return LinkMessage.Empty;
    });

    /// <summary>Does something.</summary>
    public LinkHandlers On(LinkMethod method, Func<Task> act) => On(method, async (_, _) =>
    {
        await act();
        return LinkMessage.Empty;
    });

    /// <summary>Hears notices.</summary>
    public LinkHandlers OnNotice(LinkMethod method, Notice notice)
    {
        _notices[method] = notice;
        return this;
    }

    /// <inheritdoc/>
    public ValueTask<LinkMessage> HandleAsync(LinkMethod method, LinkMessage request, CancellationToken cancellation) =>
        _answers.TryGetValue(method, out var answer) ? answer(request, cancellation) : throw new LinkException($"The other process does not know what to do with {method}.");

    /// <inheritdoc/>
    public void Hear(LinkMethod method, ReadOnlySpan<byte> notice)
    {
        if (_notices.TryGetValue(method, out var heard)) heard(notice);
    }

    /// <inheritdoc/>
    public byte[] Describe(Exception failure) => LinkRecords.Write(FailureTable.Describe(failure));

    /// <inheritdoc/>
    public Exception Understand(ReadOnlySpan<byte> failure) => FailureTable.Understand(LinkRecords.Read<Failure>(failure));
}
