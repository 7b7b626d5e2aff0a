using System.Diagnostics;
using Skep.Abstractions.Email;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Email;

/// <summary>A message in an isolate.</summary>
internal sealed class EmailInvocation(EmailEvent email) : HandlerInvocation("email")
{
    /// <summary>What each message that came is counted as.</summary>
    public const string Received = "email.received";

    private readonly TaskCompletionSource<EmailResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool hasReplied;

    /// <summary>Ends when handler and <c>waitUntil</c> promises have.</summary>
    public Task<EmailResult> Completion => completion.Task;

    /// <summary>The message.</summary>
    public EmailEvent Email => email;

    /// <summary>Its headers.</summary>
    public EmailHeaders Headers => field ??= EmailHeaders.Read(email.Content.Span);

    /// <summary>Why the handler refuses it; null when it does not.</summary>
    public string? RejectReason { get; set; }

    /// <inheritdoc/>
    public override ActivityContext Span => email.Span;

    /// <inheritdoc/>
    protected override TraceEvent Traced => new EmailTraceEvent(email.From, email.To, email.Content.Length);

    /// <inheritdoc/>
    protected override string? Entrypoint => email.Entrypoint;

    /// <inheritdoc/>
    protected override void CallHandler(WorkerIsolate isolate, ref JsResult js)
    {
        isolate.Worker.Meter?.Counter(Received).Add(1);
        var engine = isolate.Engine;
        engine.CallHost(
            HostFunction.Email,
            [Id, engine.NewString(email.From), engine.NewString(email.To), (double)email.Content.Length, isolate.NewOptionalString(email.Entrypoint)],
            ref js);
    }

    /// <summary>Makes the reply, of which there can be one.</summary>
    /// <exception cref="EmailException">It may not be sent.</exception>
    public OutgoingEmail Reply(Func<ReplyRules, OutgoingEmail> make)
    {
        if (hasReplied) throw EmailException.Invalid("Original email has been replied to already");
        var reply = make(new ReplyRules(email, Headers));
        hasReplied = true;
        return reply;
    }

    /// <summary>The message for another address.</summary>
    /// <param name="to">The address.</param>
    /// <param name="further">Headers to add: name, value, name, value…</param>
    /// <exception cref="EmailException">It may not be sent.</exception>
    public OutgoingEmail Forward(string to, string[] further)
    {
        if (!EmailAddress.IsValid(to)) throw EmailException.Invalid($"\"{to}\" is not an email address");
        for (var i = 0; i < further.Length; i += 2)
        {
            if (!further[i].StartsWith("X-", StringComparison.OrdinalIgnoreCase))
                throw new EmailException(EmailErrorCodes.HeaderNotAllowed, $"Header '{further[i]}' is not allowed. Only X-* headers can be added to a forwarded email.");
        }

        MimeWriter writer = new();
        foreach (var (name, value) in CustomHeaders.Check(further)) writer.Header(name, HeaderText.Encode(value));
        writer.Bytes(email.Content.Span);
        // Who forwards hears of failures; a report of a failure must not cause another.
        var from = email.From.Length == 0 ? "" : email.To;
        return new OutgoingEmail(Headers.Find("Message-ID") is { Length: > 0 } id ? id : MessageId.New(email.To), from, [to], writer.Written);
    }

    /// <inheritdoc/>
    protected override void Complete(in InvocationSummary summary) => completion.TrySetResult(new EmailResult(summary, RejectReason));
}
