using System.Collections.Immutable;

namespace Skep.Abstractions.Email;

/// <summary>The envelope of a message, and what a server has to know before it takes it.</summary>
/// <param name="Purpose">Why it is sent.</param>
/// <param name="Worker">Whose Worker sends it.</param>
/// <param name="From">Who is told when it cannot be delivered; empty for nobody.</param>
/// <param name="Recipients">Whom it is for.</param>
/// <param name="Length">Bytes of the message.</param>
/// <param name="Charset">Which bytes it has.</param>
public sealed record EmailDelivery(EmailPurpose Purpose, string Worker, string From, ImmutableArray<string> Recipients, long Length, EmailCharset Charset)
{
    /// <summary>The envelope of a message that is in memory.</summary>
    public static EmailDelivery Of(EmailPurpose purpose, string worker, string from, ImmutableArray<string> recipients, ReadOnlySpan<byte> content) =>
        new(purpose, worker, from, recipients, content.Length, EmailCharsets.Of(content));
}
