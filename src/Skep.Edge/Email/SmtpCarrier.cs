using System.Net.Sockets;
using Skep.Abstractions.Email;

namespace Skep.Edge.Email;

/// <summary>Delivers through an SMTP server, each message over a connection of its own.</summary>
public sealed class SmtpCarrier(SmtpOptions options) : IEmailCarrier, IDisposable
{
    private readonly SemaphoreSlim _connections = new(options.Connections);

    /// <inheritdoc/>
    public async Task SendAsync(EmailDelivery mail, Stream content, CancellationToken cancellation = default)
    {
        // Whoever asks may be a process that was broken into: nothing that it says becomes a command.
        if (mail.Length is < 0 or > EmailRules.MaxBytes) throw EmailRules.TooLarge(mail.Length);
        if (mail.Recipients.Length is 0 or > EmailRules.MaxRecipients) throw EmailException.Invalid($"A message has 1 to {EmailRules.MaxRecipients} recipients, not {mail.Recipients.Length}.");
        if ((mail.From.Length == 0 ? mail.Recipients : mail.Recipients.Add(mail.From)).FirstOrDefault(static address => !EmailAddress.IsValid(address)) is { } wrong)
            throw EmailException.Invalid($"\"{wrong}\" is not an email address");
        await _connections.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await TalkAsync(session => session.SendAsync(mail, content), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _connections.Release();
        }
    }

    /// <summary>Ends when the server would take a message, as far as can be known without one.</summary>
    /// <exception cref="EmailException">It would not; the message says why.</exception>
    public Task ProbeAsync(CancellationToken cancellation = default) => TalkAsync(static _ => Task.CompletedTask, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();

    private async Task TalkAsync(Func<SmtpSession, Task> talk, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Patience);
        try
        {
            var connection = await SmtpConnection.OpenAsync(options, limit.Token).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                SmtpSession session = new(connection, options, limit);
                await session.BeginAsync().ConfigureAwait(false);
                await talk(session).ConfigureAwait(false);
                await session.EndAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw SmtpConnection.Failed($"The SMTP server {options} did not answer in time.");
        }
        catch (Exception broken) when (broken is IOException or SocketException)
        {
            throw SmtpConnection.Failed($"The connection to the SMTP server {options} was lost: {broken.Message}", broken);
        }
    }
}
