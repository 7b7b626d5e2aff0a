using Skep.Abstractions.Email;
using Skep.Settings;

namespace Skep.Hosting;

/// <summary>Stands where an SMTP server would be, and says what is missing.</summary>
internal sealed class NoEmail : IEmailCarrier
{
    /// <inheritdoc/>
    public Task SendAsync(EmailDelivery mail, Stream content, CancellationToken cancellation = default) => throw new EmailException(
        EmailErrorCodes.Internal,
        $"Email cannot be sent: this server knows no SMTP server. Set \"{ServeSettings.SmtpHost.Key}\" in its configuration (--{ServeSettings.SmtpHost.Flag}, {ServeSettings.SmtpHost.Variable}).");
}
