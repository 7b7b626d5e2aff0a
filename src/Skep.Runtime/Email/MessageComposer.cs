using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Skep.Abstractions.Email;

namespace Skep.Runtime.Email;

/// <summary>Composes messages of fields (https://developers.cloudflare.com/email-service/api/send-emails/workers-api/).</summary>
internal static partial class MessageComposer
{
    private const string Token = @"[!#$%&'*+\-.^_`|~0-9A-Za-z]+";

    /// <summary>Composes a message.</summary>
    /// <param name="builder">What it is composed of.</param>
    /// <param name="date">When.</param>
    /// <param name="destination">Who gets it when nobody is named; null for nobody.</param>
    /// <param name="further">Headers that are the platform's.</param>
    /// <exception cref="EmailException">It cannot be composed of that.</exception>
    public static OutgoingEmail Compose(EmailBuilder builder, DateTimeOffset date, string? destination, params ReadOnlySpan<(string Name, string Value)> further)
    {
        var from = Mailbox(builder.From ?? throw Missing("from"), "from");
        if (builder.To.Length + builder.Cc.Length + builder.Bcc.Length == 0 && destination is not null)
            builder = builder with { To = [new EmailBuilder.Mailbox(null, destination)] };
        var (to, cc, bcc) = (Mailboxes(builder.To, "to"), Mailboxes(builder.Cc, "cc"), Mailboxes(builder.Bcc, "bcc"));
        if (to.Length + cc.Length + bcc.Length == 0) throw Missing("to");
        if (to.Length + cc.Length + bcc.Length is > EmailRules.MaxRecipients and var count)
            throw new EmailException(EmailErrorCodes.TooManyRecipients, $"The message has {count} recipients in to, cc and bcc together; {EmailRules.MaxRecipients} are allowed.");
        var subject = Subject(builder);
        var headers = CustomHeaders.Check(builder.Headers);
        CheckAttachments(builder.Attachments);

        var id = MessageId.New(from.Address);
        MimeWriter writer = new();
        writer.Header("From", HeaderText.Format(from));
        // A message without To and Cc would be refused by some servers.
        if (to.Length > 0 || cc.Length == 0) writer.Header("To", to.Length > 0 ? List(to) : "undisclosed-recipients:;");
        if (cc.Length > 0) writer.Header("Cc", List(cc));
        if (builder.ReplyTo is { } replyTo) writer.Header("Reply-To", HeaderText.Format(Mailbox(replyTo, "replyTo")));
        writer.Header("Subject", HeaderText.Encode(subject));
        writer.Header("Message-ID", id);
        writer.Header("Date", date.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        writer.Header("MIME-Version", "1.0");
        foreach (var (name, value) in further) writer.Header(name, value);
        foreach (var (name, value) in headers) writer.Header(name, HeaderText.Encode(value));
        Content(builder).Write(writer);
        if (writer.Written.Length > EmailRules.MaxBytes) throw EmailRules.TooLarge(writer.Written.Length);
        var recipients = to.Concat(cc).Concat(bcc).Select(mailbox => mailbox.Address).Distinct(StringComparer.Ordinal);
        return new OutgoingEmail(id, from.Address, [.. recipients], writer.Written);
    }

    /// <summary>The mailbox that a field has.</summary>
    /// <exception cref="EmailException">It is none.</exception>
    public static EmailAddress Mailbox(EmailBuilder.Mailbox given, string field)
    {
        var read = given.Name is null
            ? EmailAddress.Parse(given.Email)
            : EmailAddress.IsValid(given.Email) ? new EmailAddress(given.Name, given.Email) : null;
        if (read is null) throw EmailException.Invalid($"\"{given.Email}\" in the field \"{field}\" is not an email address.");
        if (HeaderText.HasControls(read.Name)) throw EmailException.Invalid($"The name in the field \"{field}\" contains line breaks or control characters.");
        return read.ToAscii();
    }

    private static EmailException Missing(string field) => new(EmailErrorCodes.FieldMissing, $"The field \"{field}\" is required.");

    private static ImmutableArray<EmailAddress> Mailboxes(EmailBuilder.Mailbox[] given, string field) => [.. given.Select(each => Mailbox(each, field))];

    private static string List(ImmutableArray<EmailAddress> mailboxes) => string.Join(", ", mailboxes.Select(HeaderText.Format));

    private static string Subject(EmailBuilder builder)
    {
        var subject = builder.Subject ?? throw Missing("subject");
        if (subject.Length > EmailRules.MaxSubject) throw EmailException.Invalid($"The subject has {subject.Length} characters; {EmailRules.MaxSubject} are allowed.");
        return HeaderText.HasControls(subject) ? throw EmailException.Invalid("The subject contains line breaks or control characters.") : subject;
    }

    private static void CheckAttachments(EmailBuilder.Attachment[] attachments)
    {
        foreach (var each in attachments)
        {
            if (each.Filename.Length == 0 || HeaderText.HasControls(each.Filename)) throw EmailException.Invalid("invalid attachment: its filename is empty, or contains control characters.");
            if (!MediaTypes().IsMatch(each.Type))
                throw EmailException.Invalid($"invalid attachment: \"{each.Type}\" is not a media type such as image/png.");
            if (each.Disposition is not ("attachment" or "inline")) throw EmailException.Invalid($"invalid attachment: the disposition of \"{each.Filename}\" must be \"attachment\" or \"inline\".");
            if (each.Disposition == "inline" && string.IsNullOrEmpty(each.ContentId)) throw EmailException.Invalid($"invalid attachment: \"{each.Filename}\" is inline and needs a contentId.");
            if (each.ContentId is { } id && (HeaderText.HasControls(id) || id.Contains(' '))) throw EmailException.Invalid("invalid attachment: its contentId contains spaces or control characters.");
        }
    }

    private static MimeEntity Content(EmailBuilder builder)
    {
        var files = builder.Attachments.Select((attachment, place) => new FileEntity(attachment, builder.Contents[place])).ToArray();
        MimeEntity? html = builder.Html is null ? null : new TextEntity("html", builder.Html);
        if (html is not null && files.Where(static file => file.IsInline).ToArray() is { Length: > 0 } shown)
        {
            html = new MultipartEntity("related", [html, .. shown]);
            files = [.. files.Where(static file => !file.IsInline)];
        }

        var body = (html, builder.Text) switch
        {
            (null, var text) => new TextEntity("plain", text ?? ""),
            (_, null) => html,
            var (_, text) => new MultipartEntity("alternative", new TextEntity("plain", text), html),
        };
        return files.Length == 0 ? body : new MultipartEntity("mixed", [body, .. files]);
    }

    // With parameters, if any.
    [GeneratedRegex($@"^{Token}/{Token}(\ ?;\ ?{Token}=({Token}|""[\ !#-\[\]-~]*""))*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MediaTypes();
}
