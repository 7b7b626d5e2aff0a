using System.Text;

namespace Skep.Edge.Postgres;

/// <summary>An error as PostgreSQL tells it (https://www.postgresql.org/docs/current/protocol-error-fields.html).</summary>
/// <param name="Code">Five characters (https://www.postgresql.org/docs/current/errcodes-appendix.html).</param>
/// <param name="Message">In the server's words.</param>
internal sealed record ServerError(string Code, string Message)
{
    public const string InvalidPassword = "28P01";
    public const string InvalidAuthorization = "28000";
    public const string NoDatabase = "3D000";
    public const string ConnectionFailure = "08006";
    public const string CannotConnect = "08001";
    public const string ProtocolViolation = "08P01";
    public const string TooManyConnections = "53300";
    public const string LimitExceeded = "54000";
    public const string NotSupported = "0A000";

    public static ServerError Read(ReadOnlySpan<byte> fields)
    {
        string code = "XX000", message = "The database sent an error without a text.";
        while (fields.Length > 1 && fields[0] != 0)
        {
            var end = fields.IndexOf((byte)0);
            if (end < 0) break;
            var text = Encoding.UTF8.GetString(fields[1..end]);
            switch (fields[0])
            {
                case (byte)'C':
                    code = text;
                    break;
                case (byte)'M':
                    message = text;
                    break;
            }

            fields = fields[(end + 1)..];
        }

        return new ServerError(code, message);
    }

    /// <summary>Writes the error as one after which the connection ends.</summary>
    public void WriteFatal(MessageWriter to) => to.Begin(MessageType.ErrorResponse)
        .Byte((byte)'S').Text("FATAL").Byte((byte)'V').Text("FATAL").Byte((byte)'C').Text(Code).Byte((byte)'M').Text(Message).Byte(0).End();
}
