using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Text;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Email;

namespace Skep.Edge.Email.Inbound;

/// <summary>A client's connection (RFC 5321). A message has one recipient, so that each recipient's handler can answer for itself: senders
/// bring the others in further messages.</summary>
/// <param name="options">The limits.</param>
/// <param name="router">Takes messages.</param>
/// <param name="messages">Room for them.</param>
/// <param name="client">Where the client is.</param>
/// <param name="stream">The connection.</param>
/// <param name="certificate">What the connection is encrypted with when the client asks for that; null when it cannot be.</param>
/// <param name="ending">The server ends: no further command is waited for.</param>
internal sealed class SmtpServerSession(SmtpListenerOptions options, EmailRouter router, SemaphoreSlim messages, IPAddress client, Stream stream, Func<SslServerAuthenticationOptions?> certificate, CancellationToken ending)
{
    private const int MostMistakes = 10;
    private const int LongestName = 255;

    private readonly SslServerAuthenticationOptions? _certificate = certificate();
    private Stream _stream = stream;
    private SmtpInput _input = new(stream);
    private string? _greeting;
    private bool _isExtended;
    private string? _from;
    private (string Address, EmailRule Rule)? _to;
    private int _mistakes;
    private bool _isOver;

    private bool IsEncrypted => _stream is SslStream;

    /// <summary>Ends when the client has left, or is sent away.</summary>
    public async Task RunAsync()
    {
        try
        {
            await SayAsync(220, $"{options.Name} ESMTP").ConfigureAwait(false);
            while (!_isOver && await ReadAsync().ConfigureAwait(false) is { } line) await AnswerAsync(SmtpCommand.Read(line)).ConfigureAwait(false);
        }
        catch (InvalidDataException malformed)
        {
            await SayAsync(500, malformed.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await SayAsync(421, ending.IsCancellationRequested ? "4.3.2 The server is going down" : "4.4.2 Timeout").ConfigureAwait(false);
        }
        finally
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task AnswerAsync(SmtpCommand command) => command.Verb switch
    {
        "EHLO" => GreetAsync(command.Rest, isExtended: true),
        "HELO" => GreetAsync(command.Rest, isExtended: false),
        "MAIL" => BeginAsync(command),
        "RCPT" => AddressAsync(command),
        "DATA" => TakeAsync(),
        "STARTTLS" when _certificate is not null && !IsEncrypted => EncryptAsync(_certificate),
        "RSET" => ResetAsync(),
        "NOOP" => SayAsync(250, "2.0.0 OK"),
        "VRFY" => SayAsync(252, "2.1.5 Send some mail, and see"),
        "QUIT" => LeaveAsync(221, "2.0.0 Bye"),
        _ => RefuseAsync(502, "5.5.1 Command not implemented"),
    };

    private async Task GreetAsync(string name, bool isExtended)
    {
        if (name.Length is 0 or > LongestName || name.Any(static each => !char.IsAsciiLetterOrDigit(each) && !"-._:[]".Contains(each)))
        {
            await RefuseAsync(501, "5.5.4 Say your name").ConfigureAwait(false);
            return;
        }

        (_greeting, _isExtended, _from, _to) = (name, isExtended, null, null);
        if (isExtended) await SayAsync(250, [options.Name, "PIPELINING", $"SIZE {EmailRules.MaxBytes}", "8BITMIME", "SMTPUTF8", .. _certificate is null || IsEncrypted ? Array.Empty<string>() : ["STARTTLS"], "ENHANCEDSTATUSCODES"]).ConfigureAwait(false);
        else await SayAsync(250, options.Name).ConfigureAwait(false);
    }

    private async Task EncryptAsync(SslServerAuthenticationOptions with)
    {
        if (_input.HasMore)
        {
            // It may be somebody else's, and would be taken for the client's (CVE-2011-0411).
            await LeaveAsync(501, "5.5.1 Wait for the answer to STARTTLS").ConfigureAwait(false);
            return;
        }

        await SayAsync(220, "2.0.0 Go ahead").ConfigureAwait(false);
        SslStream encrypted = new(_stream);
        (_stream, _input) = (encrypted, new SmtpInput(encrypted));
        (_greeting, _from, _to) = (null, null, null);
        using var limit = Within(options.Tls.HandshakeTimeout);
        try
        {
            await encrypted.AuthenticateAsServerAsync(with, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // There is nobody to be told: half a handshake takes no text.
            _isOver = true;
        }
    }

    private async Task BeginAsync(SmtpCommand command)
    {
        if (_greeting is null) await RefuseAsync(503, "5.5.1 Say EHLO first").ConfigureAwait(false);
        else if (_from is not null) await RefuseAsync(503, "5.5.1 There is a sender already").ConfigureAwait(false);
        else if (command.Path("FROM:") is not var (address, parameters)) await RefuseAsync(501, "5.1.7 The sender is malformed").ConfigureAwait(false);
        else if (SmtpCommand.Size(parameters) is not { } size) await RefuseAsync(555, "5.5.4 A parameter is not known").ConfigureAwait(false);
        else if (size > EmailRules.MaxBytes) await RefuseAsync(552, $"5.3.4 A message can have {EmailRules.MaxBytes} bytes").ConfigureAwait(false);
        else await AcceptAsync(() => _from = address).ConfigureAwait(false);
    }

    private async Task AddressAsync(SmtpCommand command)
    {
        if (_from is null)
        {
            await RefuseAsync(503, "5.5.1 Say MAIL first").ConfigureAwait(false);
            return;
        }

        if (_to is not null)
        {
            await SayAsync(452, "4.5.3 One recipient at a time").ConfigureAwait(false);
            return;
        }

        if (command.Path("TO:") is not { Address.Length: > 0, Parameters.Length: 0 } path) await RefuseAsync(501, "5.1.3 The recipient is malformed").ConfigureAwait(false);
        else if (await router.FindAsync(path.Address).ConfigureAwait(false) is not { } rule) await RefuseAsync(550, "5.1.1 Nobody takes email for this address").ConfigureAwait(false);
        else await AcceptAsync(() => _to = (path.Address, rule)).ConfigureAwait(false);
    }

    private async Task TakeAsync()
    {
        if (_to is not var (to, rule))
        {
            await RefuseAsync(503, "5.5.1 Say RCPT first").ConfigureAwait(false);
            return;
        }

        if (!await messages.WaitAsync(options.QueuePatience, ending).ConfigureAwait(false))
        {
            await SayAsync(452, "4.3.1 Too many messages; try again later").ConfigureAwait(false);
            return;
        }

        try
        {
            await SayAsync(354, "End with <CR><LF>.<CR><LF>").ConfigureAwait(false);
            SmtpDataDecoder decoder = new(Stamp(to), EmailRules.MaxBytes);
            // Of what has not come whole nothing was taken: a server that ends need not wait for it.
            using var limit = Within(options.MessagePatience);
            if (!await _input.ReadAsync(decoder, 2L * EmailRules.MaxBytes, limit.Token).ConfigureAwait(false))
            {
                await LeaveAsync(552, "5.3.4 The message is too long").ConfigureAwait(false);
                return;
            }

            var from = _from!;
            (_from, _to) = (null, null);
            if (decoder.Length > EmailRules.MaxBytes) await SayAsync(552, $"5.3.4 The message has {decoder.Length} bytes; {EmailRules.MaxBytes} are allowed").ConfigureAwait(false);
            else await SayAsync(await router.DeliverAsync(rule, from, to, decoder.Content).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            messages.Release();
        }
    }

    // RFC 5321 section 4.4: whoever takes a message says from whom.
    private byte[] Stamp(string to)
    {
        var id = Guid.NewGuid().ToString("N");
        var date = DateTimeOffset.UtcNow.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes($"Received: from {_greeting} ([{client}])\r\n\tby {options.Name} with {(IsEncrypted ? "ESMTPS" : _isExtended ? "ESMTP" : "SMTP")} id {id}\r\n\tfor <{to}>; {date}\r\n");
    }

    private Task ResetAsync()
    {
        (_from, _to) = (null, null);
        return SayAsync(250, "2.0.0 OK");
    }

    private Task AcceptAsync(Action accept)
    {
        accept();
        return SayAsync(250, "2.1.0 OK");
    }

    private Task RefuseAsync(int code, string text) => ++_mistakes < MostMistakes ? SayAsync(code, text) : LeaveAsync(421, "4.7.0 Too many mistakes");

    private Task LeaveAsync(int code, string text)
    {
        _isOver = true;
        return SayAsync(code, text);
    }

    private Task SayAsync(int code, params string[] lines) => SayAsync(new SmtpReply(code, lines));

    private async Task SayAsync(SmtpReply reply)
    {
        StringBuilder text = new();
        for (var i = 0; i < reply.Lines.Count; i++) text.Append(CultureInfo.InvariantCulture, $"{reply.Code}{(i == reply.Lines.Count - 1 ? ' ' : '-')}{reply.Lines[i]}\r\n");
        using CancellationTokenSource limit = new(options.Patience);
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), limit.Token).ConfigureAwait(false);
    }

    private async ValueTask<string?> ReadAsync()
    {
        using var limit = Within(options.Patience);
        return await _input.ReadLineAsync(limit.Token).ConfigureAwait(false);
    }

    private CancellationTokenSource Within(TimeSpan patience)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(ending);
        limit.CancelAfter(patience);
        return limit;
    }
}
