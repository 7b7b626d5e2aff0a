namespace Skep.Abstractions.Email;

/// <summary>Hands messages to whoever delivers them.</summary>
/// <remarks>Everything that goes in is text, numbers and bytes: worker processes reach it through a socket.</remarks>
public interface IEmailCarrier
{
    /// <summary>Ends when the message was accepted for all of its recipients. It is refused for all of them, or for none.</summary>
    /// <param name="mail">Whose it is and whom it is for.</param>
    /// <param name="content">The message, of the length that <paramref name="mail"/> says. The caller disposes of it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EmailException">It cannot be delivered.</exception>
    Task SendAsync(EmailDelivery mail, Stream content, CancellationToken cancellation = default);
}
