using System.Text;
using Skep.Abstractions.Email;

namespace Skep.Runtime.Email;

/// <summary>A message that a worker wrote itself.</summary>
internal static class RawMessage
{
    private const string IdHeader = "Message-ID";

    /// <summary>Checks a message, and gives it an id.</summary>
    /// <exception cref="EmailException">It may not be sent.</exception>
    public static OutgoingEmail Check(string from, string to, ReadOnlyMemory<byte> content)
    {
        var headers = Read(from, to, content);
        if (string.IsNullOrEmpty(headers.Find(IdHeader))) throw EmailException.Invalid("invalid message-id");
        CheckHeaders(from, headers);
        return Name(from, to, headers, content);
    }

    /// <summary>Its headers, when the envelope and they are well-formed.</summary>
    /// <exception cref="EmailException">They are not.</exception>
    public static EmailHeaders Read(string from, string to, ReadOnlyMemory<byte> content)
    {
        if (content.Length > EmailRules.MaxBytes) throw EmailRules.TooLarge(content.Length);
        if (!EmailAddress.IsValid(from)) throw EmailException.Invalid($"\"{from}\" is not an email address");
        if (!EmailAddress.IsValid(to)) throw EmailException.Invalid($"\"{to}\" is not an email address");
        var headers = EmailHeaders.Read(content.Span);
        if (headers.Problem is { } problem) throw EmailException.Invalid($"could not parse email: {problem}");
        if (headers.End == content.Length) throw EmailException.Invalid("could not find end of email headers");
        return headers;
    }

    /// <summary>Checks what everybody's messages must have.</summary>
    /// <exception cref="EmailException">They have not.</exception>
    public static void CheckHeaders(string from, EmailHeaders headers)
    {
        if (headers.Count("From") != 1 || EmailAddress.ParseFirst(headers.Find("From")!) is not { } sender || !EmailAddress.AreSame(sender.Address, from))
            throw EmailException.Invalid("From: header does not match mail from");
        if (headers.Count("Received") > 0) throw EmailException.Invalid("invalid headers set");
    }

    /// <summary>The message under a new id, with further headers before its own.</summary>
    public static OutgoingEmail Name(string from, string to, EmailHeaders headers, ReadOnlyMemory<byte> content, string before = "")
    {
        var id = MessageId.New(from);
        using MemoryStream written = new(content.Length + before.Length + 128);
        written.Write(Encoding.UTF8.GetBytes($"{before}{IdHeader}: {id}{headers.LineEnd}"));
        var at = 0;
        foreach (var header in headers.All)
        {
            if (!header.Name.Equals(IdHeader, StringComparison.OrdinalIgnoreCase)) continue;
            written.Write(content.Span[at..header.Start]);
            at = header.End;
        }

        written.Write(content.Span[at..]);
        return new OutgoingEmail(id, from, [to], written.GetBuffer().AsMemory(0, (int)written.Length));
    }
}
