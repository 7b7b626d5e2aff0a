namespace Skep.Abstractions.Hyperdrive;

/// <summary>A database cannot be reached, or cannot be used as configured. The message names neither user nor password.</summary>
public sealed class HyperdriveException : Exception
{
    /// <param name="code">Cloudflare's number for it (https://developers.cloudflare.com/hyperdrive/observability/troubleshooting/).</param>
    /// <param name="message">Shown to the worker and to callers of the API.</param>
    /// <param name="inner">The cause, for the operator.</param>
    public HyperdriveException(int code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>The host's name has no address.</summary>
    public const int BadHost = 2008;

    /// <summary>The host does not answer.</summary>
    public const int CannotConnect = 2010;

    /// <summary>The host refuses the connection.</summary>
    public const int Refused = 2011;

    /// <summary>The database cannot encrypt, or its certificate is not accepted.</summary>
    public const int NoTls = 2012;

    /// <summary>User or password are wrong.</summary>
    public const int BadCredentials = 2013;

    /// <summary>There is no such database.</summary>
    public const int NoDatabase = 2014;

    /// <summary>Anything else.</summary>
    public const int Other = 2015;

    /// <summary>The test query failed.</summary>
    public const int TestFailed = 2016;

    /// <summary>Cloudflare's number for it.</summary>
    public int Code { get; }
}
