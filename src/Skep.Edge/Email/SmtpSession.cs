using System.Buffers;
using System.Globalization;
using System.Text;
using Skep.Abstractions.Email;

namespace Skep.Edge.Email;

/// <summary>Hands one message to an SMTP server (RFC 5321).</summary>
/// <param name="connection">The connection, of which nothing was read.</param>
/// <param name="options">How the server is spoken to.</param>
/// <param name="limit">Ends what takes too long; begun anew with each command.</param>
internal sealed class SmtpSession(SmtpConnection connection, SmtpOptions options, CancellationTokenSource limit)
{
    private const int PieceLength = 32 << 10;
    private const int UnknownCommand = 500;
    private const int NotImplemented = 502;
    private const int TooLarge = 552;

    // What the server offers, in capitals, with its parameters.
    private readonly Dictionary<string, string> _offers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Greets, encrypts and says who we are.</summary>
    /// <exception cref="EmailException">The server refuses.</exception>
    public async Task BeginAsync()
    {
        limit.CancelAfter(options.Patience);
        Require(await connection.ReadAsync(limit.Token).ConfigureAwait(false), "refuses the connection");
        await HelloAsync().ConfigureAwait(false);
        if (options.Encryption == SmtpEncryption.StartTls)
        {
            if (!_offers.ContainsKey("STARTTLS"))
                throw SmtpConnection.Failed($"The SMTP server {options} does not offer STARTTLS. Set smtp_tls to tls when its port is encrypted from the start, or to none when the network may be trusted.");
            Require(await AskAsync("STARTTLS").ConfigureAwait(false), "refuses STARTTLS");
            await connection.EncryptAsync(limit.Token).ConfigureAwait(false);
            // What it said before may have been somebody else.
            await HelloAsync().ConfigureAwait(false);
        }

        if (options.User is not null) await AuthenticateAsync(options.User, options.Password!).ConfigureAwait(false);
    }

    /// <summary>Sends the message: to all recipients, or to none.</summary>
    /// <exception cref="EmailException">The server refuses it.</exception>
    public async Task SendAsync(EmailDelivery mail, Stream content)
    {
        if (_offers.TryGetValue("SIZE", out var size) && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0 && mail.Length > most)
            throw new EmailException(EmailErrorCodes.ContentTooLarge, $"The message has {mail.Length} bytes; the SMTP server takes {most}.");
        Require(await AskAsync($"MAIL FROM:<{Path(mail.From)}>{Parameters(mail)}").ConfigureAwait(false), $"refuses the sender {mail.From}");
        List<string> refused = [];
        foreach (var recipient in mail.Recipients)
        {
            var reply = await AskAsync($"RCPT TO:<{Path(recipient)}>").ConfigureAwait(false);
            if (!reply.IsPositive) refused.Add($"{recipient}: {reply}");
        }

        if (refused.Count > 0) throw SmtpConnection.Failed($"The SMTP server refuses the recipient {string.Join("; ", refused)}");
        var ready = await AskAsync("DATA").ConfigureAwait(false);
        if (ready.Code != 354) throw Refused(ready, "refuses the message");
        await WriteAsync(content, mail.Length).ConfigureAwait(false);
        limit.CancelAfter(options.AcceptPatience);
        Require(await connection.ReadAsync(limit.Token).ConfigureAwait(false), "refuses the message");
    }

    /// <summary>Says goodbye. The message is the server's already: whether it answers does not matter.</summary>
    public async Task EndAsync()
    {
        try
        {
            limit.CancelAfter(options.EndPatience);
            await connection.AskAsync("QUIT", limit.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or EmailException or OperationCanceledException)
        {
            // It has closed the connection first.
        }
    }

    private async Task HelloAsync()
    {
        _offers.Clear();
        var reply = await AskAsync($"EHLO {options.Name}").ConfigureAwait(false);
        if (reply.Code is UnknownCommand or NotImplemented)
        {
            Require(await AskAsync($"HELO {options.Name}").ConfigureAwait(false), "refuses the greeting");
            return;
        }

        Require(reply, "refuses the greeting");
        foreach (var line in reply.Lines.Skip(1))
        {
            var words = line.Split(' ', 2);
            _offers[words[0]] = words.Length > 1 ? words[1] : "";
        }
    }

    private async Task AuthenticateAsync(string user, string password)
    {
        var mechanisms = _offers.GetValueOrDefault("AUTH", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        SmtpReply reply;
        if (mechanisms.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            reply = await AskAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}").ConfigureAwait(false);
        }
        else if (mechanisms.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
        {
            reply = await AskAsync("AUTH LOGIN").ConfigureAwait(false);
            if (reply.Code == 334) reply = await AskAsync(Base64(user)).ConfigureAwait(false);
            if (reply.Code == 334) reply = await AskAsync(Base64(password)).ConfigureAwait(false);
        }
        else
        {
            throw SmtpConnection.Failed(mechanisms.Length == 0
                ? $"The SMTP server {options} takes no passwords on this connection. Check smtp_port and smtp_tls, or leave smtp_user and smtp_password out."
                : $"The SMTP server {options} takes passwords as {string.Join(", ", mechanisms)} only; Skep knows PLAIN and LOGIN.");
        }

        if (reply.Code != 235) throw Refused(reply, $"refuses the password of {user}");
    }

    private string Parameters(EmailDelivery mail)
    {
        StringBuilder parameters = new();
        if (_offers.ContainsKey("SIZE")) parameters.Append(CultureInfo.InvariantCulture, $" SIZE={mail.Length}");
        var isInternational = mail.Charset == EmailCharset.InternationalHeaders || !Ascii.IsValid(Path(mail.From)) || mail.Recipients.Any(static each => !Ascii.IsValid(Path(each)));
        if (isInternational && !_offers.ContainsKey("SMTPUTF8"))
            throw SmtpConnection.Failed("The message has addresses or headers that are not ASCII, which the SMTP server does not take (SMTPUTF8). Encode the headers (RFC 2047).");
        if (mail.Charset != EmailCharset.Ascii)
        {
            if (!_offers.ContainsKey("8BITMIME")) throw SmtpConnection.Failed("The message's text is not ASCII, which the SMTP server does not take (8BITMIME). Encode it as quoted-printable or base64.");
            parameters.Append(" BODY=8BITMIME");
        }

        return parameters.Append(isInternational ? " SMTPUTF8" : "").ToString();
    }

    private async Task WriteAsync(Stream content, long length)
    {
        DotStuffing stuffing = new();
        ArrayBufferWriter<byte> output = new(2 * PieceLength);
        var piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            long total = 0;
            for (int count; (count = await content.ReadAsync(piece.AsMemory(0, PieceLength), limit.Token).ConfigureAwait(false)) > 0; output.ResetWrittenCount())
            {
                limit.CancelAfter(options.Patience);
                total += count;
                stuffing.Add(piece.AsSpan(0, count), output);
                await connection.WriteAsync(output.WrittenMemory, limit.Token).ConfigureAwait(false);
            }

            // Without its end the server forgets it.
            if (total != length) throw new InvalidDataException($"A message of {length} bytes has {total}.");
            stuffing.End(output);
            await connection.WriteAsync(output.WrittenMemory, limit.Token).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private async Task<SmtpReply> AskAsync(string command)
    {
        limit.CancelAfter(options.Patience);
        return await connection.AskAsync(command, limit.Token).ConfigureAwait(false);
    }

    private static void Require(SmtpReply reply, string what)
    {
        if (!reply.IsPositive) throw Refused(reply, what);
    }

    private static EmailException Refused(SmtpReply reply, string what) =>
        new(reply.Code == TooLarge ? EmailErrorCodes.ContentTooLarge : EmailErrorCodes.DeliveryFailed, $"The SMTP server {what}: {reply}");

    private static string Path(string address) => new EmailAddress("", address).ToAscii().Address;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
