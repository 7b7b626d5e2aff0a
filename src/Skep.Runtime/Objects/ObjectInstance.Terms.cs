using Skep.Abstractions.Events;
using Skep.Abstractions.Routing;
using Skep.Runtime.Services;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Objects;

// What the dispatcher decides about a user Worker holds for its objects too: for events that it causes, and for what comes of them later.
internal sealed partial class ObjectInstance
{
    private RoutedTerms? terms;
    private bool hasNewTerms;

    /// <summary>Those of the event that was begun last; of a timer, a WebSocket's message or an alarm those of the last event before.</summary>
    public override InvocationTerms? Terms => terms;

    // Who calls another script's object decides nothing about it.
    private bool IsOfUserWorker => UserWorkerName.Is(Worker.Version.Name);

    /// <summary>Those of an event of the object's.</summary>
    public InvocationTerms? TermsOf(ObjectEvent given) => IsOfUserWorker ? given.Terms ?? terms : null;

    private void TakeTerms(ObjectEvent given)
    {
        if (!IsOfUserWorker) return;
        if (given.Terms is { } decided)
        {
            var bytes = decided.ToBytes();
            if (terms is not null && live.Terms.AsSpan().SequenceEqual(bytes)) return;
            live.Terms = bytes;
        }
        else if (live.Terms is not null && terms is not null)
        {
            return;
        }

        var known = live.Terms ??= storage!.Terms.ToArray();
        terms = InvocationTerms.FromBytes(known) is { } read ? WorkerOutbound.Route(Worker, read) : null;
        hasNewTerms = terms is not null;
    }

    /// <summary>An alarm may be due when nothing is left of the object in memory: its terms are stored with it.</summary>
    private void KeepTerms()
    {
        if (!hasNewTerms || storage!.Alarm is null) return;
        hasNewTerms = false;
        if (!storage.Terms.Span.SequenceEqual(live.Terms)) storage.Terms = live.Terms;
    }
}
