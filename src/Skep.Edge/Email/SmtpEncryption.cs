namespace Skep.Edge.Email;

/// <summary>How the connection to an SMTP server is encrypted.</summary>
public enum SmtpEncryption
{
    /// <summary>It begins in the clear and is encrypted before anything is said; a server that does not offer that is refused.</summary>
    StartTls,

    /// <summary>From its first byte.</summary>
    Tls,

    /// <summary>Not at all.</summary>
    None,
}
