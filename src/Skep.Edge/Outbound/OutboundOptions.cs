using Skep.Edge.Origins;

namespace Skep.Edge.Outbound;

/// <summary>What workers may reach, and how connections to it are kept.</summary>
public sealed record OutboundOptions
{
    /// <summary>Allows this machine's own addresses (127.0.0.0/8, ::1, 0.0.0.0): for local development only, where the
    /// machine's services are the author's own.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>Allows private, shared, unique-local and link-local addresses. Cloud metadata addresses stay refused.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>Servers behind zones: requests to their hosts go there, wherever the names lead, and though the address be private.</summary>
    public ZoneOrigins Origins { get; init; } = ZoneOrigins.Empty;

    /// <summary>How long name resolution, TCP and TLS of a new connection may take together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an unused connection is kept.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest a connection is reused, so that a change of DNS takes effect.</summary>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The largest response head in kilobytes.</summary>
    public int MaxResponseHeadersKilobytes { get; init; } = 128;
}
