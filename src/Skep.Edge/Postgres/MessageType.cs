namespace Skep.Edge.Postgres;

/// <summary>The messages of PostgreSQL's protocol that a pool has to know
/// (https://www.postgresql.org/docs/current/protocol-message-formats.html).</summary>
internal static class MessageType
{
    // From the client.
    public const byte Bind = (byte)'B';
    public const byte Close = (byte)'C';
    public const byte Describe = (byte)'D';
    public const byte Execute = (byte)'E';
    public const byte FunctionCall = (byte)'F';
    public const byte Flush = (byte)'H';
    public const byte Parse = (byte)'P';
    public const byte Password = (byte)'p';
    public const byte Query = (byte)'Q';
    public const byte Sync = (byte)'S';
    public const byte Terminate = (byte)'X';
    public const byte CopyData = (byte)'d';
    public const byte CopyDone = (byte)'c';
    public const byte CopyFail = (byte)'f';

    // From the server.
    public const byte Authentication = (byte)'R';
    public const byte BackendKeyData = (byte)'K';
    public const byte ParameterStatus = (byte)'S';
    public const byte ReadyForQuery = (byte)'Z';
    public const byte ErrorResponse = (byte)'E';
    public const byte ParseComplete = (byte)'1';
    public const byte CloseComplete = (byte)'3';
    public const byte CommandComplete = (byte)'C';
    public const byte CopyInResponse = (byte)'G';

    // Instead of a protocol version, in the first message.
    public const int Protocol3 = 3 << 16;
    public const int CancelRequest = 80877102;
    public const int SslRequest = 80877103;
    public const int EncryptionRequest = 80877104;

    /// <summary>The status of a server that is in no transaction.</summary>
    public const byte Idle = (byte)'I';
}
