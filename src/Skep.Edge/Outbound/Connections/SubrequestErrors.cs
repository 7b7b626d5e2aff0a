using System.Net.Sockets;
using System.Security.Authentication;
using Skep.Abstractions.Channels;

namespace Skep.Edge.Outbound.Connections;

/// <summary>Says in one sentence why a request got no response, or not all of it, and what to look at.</summary>
internal static class SubrequestErrors
{
    /// <summary>The failure of a request to <paramref name="endpoint"/>.</summary>
    public static SubrequestException Describe(Exception error, OriginEndpoint endpoint)
    {
        string where = endpoint.ToString();
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SubrequestException described:
                    return described;
                case SocketException socket:
                    return new SubrequestException(Describe(socket, where, endpoint.Host), error);
                // Bytes that are no TLS record at all; refused certificates say so.
                case AuthenticationException { InnerException: null } plain when !plain.Message.Contains("certificate", StringComparison.Ordinal):
                    return new SubrequestException($"TLS with {where} failed: what listens there does not seem to speak TLS. Is it http:// that is meant?", error);
                case AuthenticationException tls:
                    return new SubrequestException($"TLS with {where} failed: {Innermost(tls)} Check the host's certificate; a private authority is trusted through SSL_CERT_FILE.", error);
                case TimeoutException:
                    return new SubrequestException($"Connecting to {where} timed out. Is the host up and its port open?", error);
            }
        }

        return new SubrequestException(Describe((error as HttpRequestException)?.HttpRequestError ?? (error as HttpIOException)?.HttpRequestError, error, where), error);
    }

    private static string Describe(SocketException error, string where, string host) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"Connection refused by {where}. Is a server listening there?",
        SocketError.HostNotFound or SocketError.NoData => $"The name {host} could not be resolved: no such host. Check its spelling.",
        SocketError.TryAgain or SocketError.NoRecovery => $"The name {host} could not be resolved: the name server does not answer.",
        SocketError.TimedOut => $"Connecting to {where} timed out. Is the host up and its port open?",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => $"There is no route to {where}.",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown =>
            $"The connection to {where} was reset by the other side.",
        _ => $"The connection to {where} failed: {error.Message}.",
    };

    private static string Describe(HttpRequestError? kind, Exception error, string where) => kind switch
    {
        HttpRequestError.ResponseEnded => $"{where} closed the connection before its response was complete.",
        HttpRequestError.InvalidResponse => $"{where} sent something that is not valid HTTP: {error.Message}",
        HttpRequestError.ConfigurationLimitExceeded => $"The response head of {where} is too large.",
        _ => $"The request to {where} failed: {error.Message}",
    };

    private static string Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
            error = inner;
        return error.Message.EndsWith('.') ? error.Message : error.Message + ".";
    }
}
