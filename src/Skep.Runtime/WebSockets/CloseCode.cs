namespace Skep.Runtime.WebSockets;

/// <summary>Close codes: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.</summary>
internal static class CloseCode
{
    public const int Normal = 1000;
    public const int GoingAway = 1001;
    public const int ProtocolError = 1002;

    /// <summary>Stands for a close frame without a code; never on the wire.</summary>
    public const int NoStatus = 1005;

    /// <summary>Stands for a connection that ended without a close frame; never on the wire.</summary>
    public const int Abnormal = 1006;
    public const int InvalidPayload = 1007;
    public const int TooBig = 1009;
    public const int ServiceRestart = 1012;
    public const int TlsFailure = 1015;

    /// <summary>The longest reason that fits into a control frame beside the code, in bytes.</summary>
    public const int MaxReasonBytes = 123;

    private const int Reserved = 1004;

    /// <summary>True for a code that a peer may send.</summary>
    public static bool IsValidOnWire(int code) =>
        code is >= Normal and < 5000 and not (Reserved or NoStatus or Abnormal or TlsFailure) and (<= 1014 or >= 3000);
}
