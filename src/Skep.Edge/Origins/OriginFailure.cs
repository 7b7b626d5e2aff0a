using System.Net.Sockets;
using System.Security.Authentication;
using Skep.Edge.Errors;

namespace Skep.Edge.Origins;

/// <summary>Which of Cloudflare's numbers tells why an origin did not answer
/// (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/).</summary>
internal static class OriginFailure
{
    /// <summary>The description of a failure; the exception's own words are for the operator.</summary>
    public static ErrorDescription Describe(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return Describe(socket.SocketErrorCode);
                case AuthenticationException tls:
                    return tls.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) ? ErrorDescription.InvalidOriginCertificate : ErrorDescription.OriginHandshakeFailed;
                case TimeoutException:
                    return ErrorDescription.OriginConnectionTimedOut;
            }
        }

        return ErrorDescription.OriginAnswerUnknown;
    }

    private static ErrorDescription Describe(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => ErrorDescription.OriginDown,
        SocketError.TimedOut => ErrorDescription.OriginConnectionTimedOut,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => ErrorDescription.OriginUnreachable,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => ErrorDescription.OriginNameUnknown,
        _ => ErrorDescription.OriginAnswerUnknown,
    };
}
