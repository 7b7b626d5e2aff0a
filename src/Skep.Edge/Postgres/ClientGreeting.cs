using System.Buffers.Binary;
using System.Text;

namespace Skep.Edge.Postgres;

/// <summary>What a client and the pool say to each other before the first query
/// (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP).</summary>
internal sealed class ClientGreeting(MessageReader reader, MessageWriter writer, ServerPool pool, CancelKeys keys)
{
    private const int LongestStart = 10 << 10;
    private const byte No = (byte)'N';

    /// <summary>Answers until a session begins.</summary>
    /// <returns>What the client calls the session when it wants to cancel something; 0: it wants none.</returns>
    public async Task<int> GreetAsync(ClientSession session)
    {
        while (await reader.FirstAsync().ConfigureAwait(false))
        {
            var contents = await reader.PeekAsync(LongestStart).ConfigureAwait(false);
            if (contents.Length < sizeof(int)) throw new RefusedException(ServerError.ProtocolViolation, "The startup message is too short.");
            switch (BinaryPrimitives.ReadInt32BigEndian(contents.Span))
            {
                case MessageType.SslRequest or MessageType.EncryptionRequest:
                    writer.Byte(No);
                    await writer.FlushAsync().ConfigureAwait(false);
                    break;
                case MessageType.CancelRequest when contents.Length >= 3 * sizeof(int):
                    await keys.CancelAsync(BinaryPrimitives.ReadInt32BigEndian(contents.Span[sizeof(int)..]), BinaryPrimitives.ReadInt32BigEndian(contents.Span[(2 * sizeof(int))..])).ConfigureAwait(false);
                    return 0;
                case var version when version >> 16 == MessageType.Protocol3 >> 16:
                    return await WelcomeAsync(session, version, contents).ConfigureAwait(false);
                default:
                    throw new RefusedException(ServerError.NotSupported, "Only version 3 of PostgreSQL's protocol is supported.");
            }
        }

        return 0;
    }

    private async Task<int> WelcomeAsync(ClientSession session, int version, ReadOnlyMemory<byte> start)
    {
        if (Encoding.UTF8.GetString(start.Span[sizeof(int)..]).Split('\0').Contains("replication"))
            throw new RefusedException(ServerError.NotSupported, "Hyperdrive does not support replication connections.");
        await reader.SkipAsync().ConfigureAwait(false);
        var parameters = await pool.ParametersAsync(CancellationToken.None).ConfigureAwait(false);

        // A newer minor version with options that nobody here knows.
        if (version != MessageType.Protocol3) writer.Begin((byte)'v').Int32(0).Int32(0).End();
        writer.Begin(MessageType.Authentication).Int32(0).End();
        foreach (var (name, value) in parameters) writer.Begin(MessageType.ParameterStatus).Text(name).Text(value).End();
        var (process, secret) = keys.Add(session);
        writer.Begin(MessageType.BackendKeyData).Int32(process).Int32(secret).End();
        writer.Begin(MessageType.ReadyForQuery).Byte(MessageType.Idle).End();
        await writer.FlushAsync().ConfigureAwait(false);
        return process;
    }
}
