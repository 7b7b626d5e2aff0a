using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Skep.Testing;

/// <summary>A small SMTP server that keeps what it is given.</summary>
public sealed class FakeSmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<Message> _messages = [];
    private readonly ConcurrentQueue<string> _commands = [];
    private readonly ConcurrentBag<Task> _serving = [];
    private Task _accepting = Task.CompletedTask;

    /// <summary>What it offers after EHLO, beside STARTTLS; null: it does not know EHLO.</summary>
    public IReadOnlyList<string>? Offers { get; init; } = ["PIPELINING", "SIZE 30000000", "8BITMIME", "SMTPUTF8"];

    /// <summary>Offered after the connection was encrypted, instead.</summary>
    public IReadOnlyList<string>? EncryptedOffers { get; init; }

    /// <summary>STARTTLS is offered, and done with this.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Encrypted from the first byte.</summary>
    public bool IsImplicit { get; init; }

    /// <summary>Sent with the answer to STARTTLS, as by somebody on the way.</summary>
    public string Injected { get; init; } = "";

    /// <summary>What a command is answered with instead, by how it begins.</summary>
    public IReadOnlyDictionary<string, string> Instead { get; init; } = new Dictionary<string, string>();

    /// <summary>What a message is answered with.</summary>
    public string AfterData { get; init; } = "250 2.0.0 Queued";

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it was given.</summary>
    public IReadOnlyList<Message> Messages => [.. _messages];

    /// <summary>What it was told, in its order.</summary>
    public IReadOnlyList<string> Commands => [.. _commands];

    /// <summary>Starts it.</summary>
    public FakeSmtpServer Start()
    {
        _listener.Start();
        _accepting = AcceptAsync();
        return this;
    }

    /// <summary>A certificate that nobody trusts.</summary>
    public static X509Certificate2 NewCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        await Task.WhenAll(_serving);
        _end.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_end.IsCancellationRequested) _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            Stream stream = client.GetStream();
            try
            {
                if (IsImplicit) stream = await EncryptAsync(stream);
                await TalkAsync(stream);
            }
            catch (Exception ended) when (ended is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The client has left, or does not trust the certificate.
            }
            finally
            {
                await stream.DisposeAsync();
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        var isEncrypted = IsImplicit;
        string? from = null;
        List<string> to = [];
        var credentials = "";
        await SayAsync(stream, Instead.GetValueOrDefault("", "220 fake.example ESMTP"));
        while (await LineAsync(stream) is { } command)
        {
            _commands.Enqueue(command);
            if (Instead.FirstOrDefault(each => each.Key.Length > 0 && command.StartsWith(each.Key, StringComparison.OrdinalIgnoreCase)).Value is { } instead)
            {
                await SayAsync(stream, instead);
                continue;
            }

            switch (command.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO" when Offers is null:
                    await SayAsync(stream, "500 What?");
                    break;
                case "EHLO":
                    string[] offers = ["fake.example greets you", .. isEncrypted && EncryptedOffers is not null ? EncryptedOffers : Offers, .. Certificate is not null && !isEncrypted ? ["STARTTLS"] : Array.Empty<string>()];
                    await SayAsync(stream, string.Join("\r\n", offers.Select((offer, place) => $"250{(place == offers.Length - 1 ? ' ' : '-')}{offer}")));
                    break;
                case "HELO":
                    await SayAsync(stream, "250 fake.example");
                    break;
                case "STARTTLS":
                    await SayAsync(stream, $"220 Go ahead{(Injected.Length > 0 ? "\r\n" : "")}{Injected}");
                    stream = await EncryptAsync(stream);
                    isEncrypted = true;
                    break;
                case "AUTH" when command.StartsWith("AUTH PLAIN ", StringComparison.Ordinal):
                    credentials = Encoding.UTF8.GetString(Convert.FromBase64String(command["AUTH PLAIN ".Length..])).Replace('\0', '|');
                    await SayAsync(stream, "235 Welcome");
                    break;
                case "AUTH":
                    await SayAsync(stream, "334 VXNlcm5hbWU6");
                    var user = await LineAsync(stream);
                    await SayAsync(stream, "334 UGFzc3dvcmQ6");
                    credentials = $"{Encoding.UTF8.GetString(Convert.FromBase64String(user!))}|{Encoding.UTF8.GetString(Convert.FromBase64String((await LineAsync(stream))!))}";
                    await SayAsync(stream, "235 Welcome");
                    break;
                case "MAIL":
                    from = command;
                    await SayAsync(stream, "250 OK");
                    break;
                case "RCPT":
                    to.Add(command["RCPT TO:".Length..].Trim('<', '>'));
                    await SayAsync(stream, "250 OK");
                    break;
                case "DATA":
                    await SayAsync(stream, "354 Go ahead");
                    StringBuilder content = new();
                    while (await LineAsync(stream) is var line && line != ".")
                    {
                        // Of a message without an end there is nothing.
                        if (line is null) return;
                        content.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
                    }

                    _messages.Enqueue(new Message(from!, [.. to], content.ToString(), credentials, isEncrypted));
                    await SayAsync(stream, AfterData);
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 Bye");
                    return;
                default:
                    await SayAsync(stream, "502 No");
                    break;
            }
        }
    }

    private async Task<Stream> EncryptAsync(Stream stream)
    {
        SslStream encrypted = new(stream);
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _end.Token);
        return encrypted;
    }

    private async Task SayAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes($"{text}\r\n"), _end.Token);

    // A byte at a time: what follows STARTTLS belongs to TLS. Only CR and LF together end a line.
    private async Task<string?> LineAsync(Stream stream)
    {
        List<byte> line = [];
        var one = new byte[1];
        while (await stream.ReadAsync(one, _end.Token) > 0)
        {
            line.Add(one[0]);
            if (line is [.., (byte)'\r', (byte)'\n']) return Encoding.UTF8.GetString([.. line[..^2]]);
        }

        return null;
    }

    /// <summary>A message that it was given.</summary>
    /// <param name="From">The command that named the sender.</param>
    /// <param name="To">The recipients.</param>
    /// <param name="Content">The message.</param>
    /// <param name="Credentials">What proved who the client is.</param>
    /// <param name="IsEncrypted">Nobody could read along.</param>
    public sealed record Message(string From, IReadOnlyList<string> To, string Content, string Credentials, bool IsEncrypted);
}
