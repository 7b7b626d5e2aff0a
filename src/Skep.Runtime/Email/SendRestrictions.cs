using Skep.Abstractions.Email;
using Skep.Abstractions.Workers;

namespace Skep.Runtime.Email;

/// <summary>What a binding allows (https://developers.cloudflare.com/email-service/configuration/send-bindings/).</summary>
internal static class SendRestrictions
{
    /// <exception cref="EmailException">The binding does not allow the sender, or a recipient.</exception>
    public static void Check(this SendEmailBinding binding, OutgoingEmail mail)
    {
        if (binding.Senders is { } senders && !senders.Any(sender => EmailAddress.AreSame(sender, mail.From)))
            throw new EmailException(EmailErrorCodes.SenderNotVerified, $"email from {mail.From} not allowed");
        foreach (var recipient in mail.Recipients)
        {
            if ((binding.Destination is { } only && !EmailAddress.AreSame(only, recipient)) || (binding.Destinations is { } several && !several.Any(each => EmailAddress.AreSame(each, recipient))))
                throw new EmailException(EmailErrorCodes.RecipientNotAllowed, $"email to {recipient} not allowed");
        }
    }
}
