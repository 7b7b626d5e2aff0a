using System.Net.Security;

namespace Skep.Edge.Email;

/// <summary>The SMTP server that delivers.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Encryption">How the connection is encrypted.</param>
public sealed record SmtpOptions(string Host, int Port, SmtpEncryption Encryption)
{
    private const int SubmissionPort = 587;
    private const int SubmissionsPort = 465;
    private const int MailPort = 25;

    /// <summary>Who we are there; null for nobody in particular.</summary>
    public string? User { get; init; }

    /// <summary>What proves it.</summary>
    public string? Password { get; init; }

    /// <summary>What we call ourselves.</summary>
    public string Name { get; init; } = "localhost";

    /// <summary>Messages that are on their way to it at once; others wait.</summary>
    public int Connections { get; init; } = 10;

    /// <summary>How long it may take to answer a command.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long it may take to accept a message that it has got (RFC 5321 section 4.5.3.2.6).</summary>
    public TimeSpan AcceptPatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long it may take to say goodbye: whoever sent the message waits for that, though it is the server's already.</summary>
    public TimeSpan EndPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Which certificates are good; null for those that the system trusts.</summary>
    public RemoteCertificateValidationCallback? Certificates { get; init; }

    /// <summary>The same without the password, for messages.</summary>
    public override string ToString() => $"{Host}:{Port}";

    /// <summary>What is configured as text; null when there is no server.</summary>
    /// <param name="host">Its name or address, or null.</param>
    /// <param name="port">Its port; null for the encryption's usual.</param>
    /// <param name="encryption"><c>starttls</c>, <c>tls</c> or <c>none</c>; null for the port's usual.</param>
    /// <param name="user">The user, or null.</param>
    /// <param name="password">The password, or null.</param>
    /// <exception cref="FormatException">It cannot be used; the message says why.</exception>
    public static SmtpOptions? Read(string? host, int? port, string? encryption, string? user, string? password)
    {
        if (string.IsNullOrEmpty(host))
        {
            return port is null && encryption is null && string.IsNullOrEmpty(user) && string.IsNullOrEmpty(password)
                ? null
                : throw new FormatException("smtp_port, smtp_tls, smtp_user and smtp_password say how to reach an SMTP server, but smtp_host does not say which.");
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) throw new FormatException($"smtp_host \"{host}\" is not the name or address of a server; the port goes into smtp_port.");
        if (string.IsNullOrEmpty(user) != string.IsNullOrEmpty(password)) throw new FormatException("smtp_user and smtp_password go together: one is missing.");
        var how = (encryption, port) switch
        {
            ("starttls", _) => SmtpEncryption.StartTls,
            ("tls", _) => SmtpEncryption.Tls,
            ("none", _) => SmtpEncryption.None,
            (null, SubmissionsPort) => SmtpEncryption.Tls,
            (null, _) => SmtpEncryption.StartTls,
            _ => throw new FormatException($"smtp_tls is \"{encryption}\"; it must be starttls, tls or none."),
        };
        var at = port ?? (how switch
        {
            SmtpEncryption.Tls => SubmissionsPort,
            SmtpEncryption.None => MailPort,
            _ => SubmissionPort,
        });
        return new SmtpOptions(host, at, how) { User = string.IsNullOrEmpty(user) ? null : user, Password = password };
    }
}
