using Skep.Abstractions.Email;
using Skep.Abstractions.Events;

namespace Skep.Runtime.Email;

/// <summary>Which messages may be answered, and how (https://developers.cloudflare.com/email-routing/email-workers/reply-email-workers/).</summary>
/// <param name="original">The message that came.</param>
/// <param name="headers">Its headers.</param>
internal sealed class ReplyRules(EmailEvent original, EmailHeaders headers)
{
    private string? References => headers.Find("References");

    private string MessageIdOfOriginal =>
        headers.Find("Message-ID") is { Length: > 0 } id ? id : throw EmailException.Invalid("Original email has no Message-ID");

    /// <summary>A reply that the worker wrote itself.</summary>
    /// <exception cref="EmailException">It may not be sent.</exception>
    public OutgoingEmail Check(string from, string to, ReadOnlyMemory<byte> content)
    {
        CheckOriginal();
        var reply = RawMessage.Read(from, to, content);
        RawMessage.CheckHeaders(from, reply);
        if (reply.Find("Message-ID") is { Length: 0 }) throw EmailException.Invalid("invalid message-id");
        if (!EmailAddress.AreSame(to, original.From)) throw EmailException.Invalid("The recipient of a reply must be the sender of the original email");
        CheckSender(from);
        var answered = reply.Find("In-Reply-To") ?? throw EmailException.Invalid("no In-Reply-To header found in reply message");
        if (answered != MessageIdOfOriginal) throw EmailException.Invalid("In-Reply-To does not match original Message-ID");
        if (reply.Find("References") is not { } given) return RawMessage.Name(from, to, reply, content, $"{HeaderText.Fold("References", Chain())}\r\n".Replace("\r\n", reply.LineEnd, StringComparison.Ordinal));
        if (!given.Contains(MessageIdOfOriginal, StringComparison.Ordinal) || !given.Contains(References ?? "", StringComparison.Ordinal))
            throw EmailException.Invalid("provided References header is invalid");
        return RawMessage.Name(from, to, reply, content);
    }

    /// <summary>A reply that is composed of fields.</summary>
    /// <exception cref="EmailException">It may not be sent.</exception>
    public OutgoingEmail Compose(EmailBuilder builder, DateTimeOffset date)
    {
        CheckOriginal();
        if (builder.From is { } from) CheckSender(MessageComposer.Mailbox(from, "from").Address);
        List<string> further = [];
        for (var i = 0; i + 1 < builder.Headers.Length; i += 2)
        {
            // These are the platform's in a reply.
            if (builder.Headers[i].ToUpperInvariant() is not ("IN-REPLY-TO" or "REFERENCES")) further.AddRange([builder.Headers[i], builder.Headers[i + 1]]);
        }

        return MessageComposer.Compose(
            builder with { To = [new(null, original.From)], Cc = [], Bcc = [], Headers = [.. further] },
            date,
            destination: null,
            [("In-Reply-To", MessageIdOfOriginal), ("References", Chain())]);
    }

    private string Chain() => References is { Length: > 0 } before ? $"{before} {MessageIdOfOriginal}" : MessageIdOfOriginal;

    private void CheckOriginal()
    {
        var suppress = headers.Find("X-Auto-Response-Suppress");
        var submitted = headers.Find("Auto-Submitted");
        var isAutomatic = (suppress is not null && !suppress.Equals("none", StringComparison.OrdinalIgnoreCase))
            || (submitted is not null && !submitted.Equals("no", StringComparison.OrdinalIgnoreCase));
        var isHalfOfConversation = headers.Find("In-Reply-To") is null != References is null;
        var isTooLong = (References?.Count(static each => each == '@') ?? 0) >= EmailRules.MaxReferences;
        if (original.From.Length == 0 || isAutomatic || isHalfOfConversation || isTooLong) throw EmailException.Invalid("Original email is not replyable");
    }

    private void CheckSender(string from)
    {
        if (EmailAddress.DomainOf(from) != EmailAddress.DomainOf(original.To))
            throw EmailException.Invalid($"The sender of a reply must be of the domain that received the email, {EmailAddress.DomainOf(original.To)}");
    }
}
