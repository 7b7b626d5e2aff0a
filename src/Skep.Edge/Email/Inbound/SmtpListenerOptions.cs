using System.Net;
using Skep.Edge.Tls;

namespace Skep.Edge.Email.Inbound;

/// <summary>Where email is taken, and how much of it.</summary>
/// <param name="Listen">The address and port; port 0 takes a free one.</param>
/// <param name="Name">What the server calls itself.</param>
public sealed record SmtpListenerOptions(IPEndPoint Listen, string Name)
{
    /// <summary>The certificates; without any, connections are not encrypted.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>Connections at once; more are turned away.</summary>
    public int Connections { get; init; } = 200;

    /// <summary>Those of one address: fewer than <see cref="Messages"/>, so that nobody alone can keep the others' from being taken.</summary>
    public int ConnectionsPerAddress { get; init; } = 12;

    /// <summary>Messages that are being taken or handled at once, each of which is in memory; others wait, or are to come again.</summary>
    public int Messages { get; init; } = 16;

    /// <summary>How long a client may say nothing (RFC 5321 section 4.5.3.2.7).</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long it may take for a message.</summary>
    public TimeSpan MessagePatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a client waits until its message can be taken.</summary>
    public TimeSpan QueuePatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long messages that are being handled may take when the server ends.</summary>
    public TimeSpan EndPatience { get; init; } = TimeSpan.FromSeconds(30);
}
