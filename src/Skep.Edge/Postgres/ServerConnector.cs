using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Skep.Abstractions.Hyperdrive;

namespace Skep.Edge.Postgres;

/// <summary>Connects to databases: TCP, TLS as configured, and what the server asks for as a proof of who we are. The operator has named
/// them: no guard looks at their addresses.</summary>
internal static class ServerConnector
{
    private const int Accepted = (byte)'S';
    private const int LongestGreeting = 64 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>A connection that is ready for queries.</summary>
    /// <exception cref="HyperdriveException">There is none.</exception>
    public static async Task<ServerConnection> ConnectAsync(HyperdriveOrigin origin, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(Patience);
        try
        {
            var (socket, stream) = await OpenAsync(origin, limited.Token).ConfigureAwait(false);
            ServerConnection connection = new(origin, socket, stream);
            try
            {
                await StartAsync(connection, origin, encrypted: stream is SslStream, limited.Token).ConfigureAwait(false);
                return connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new HyperdriveException(HyperdriveException.CannotConnect, $"Cannot connect to {origin.Host}:{origin.Port}: it did not answer within {Patience.TotalSeconds} seconds.");
        }
        catch (Exception broken) when (broken is IOException or SocketException)
        {
            throw new HyperdriveException(HyperdriveException.Other, $"The connection to {origin.Host}:{origin.Port} ended while it was made: {broken.Message}", broken);
        }
    }

    /// <summary>Asks the server to cancel what a connection is doing.</summary>
    public static async Task CancelAsync(HyperdriveOrigin origin, int process, int secret)
    {
        using CancellationTokenSource limited = new(Patience);
        var (socket, stream) = await OpenAsync(origin, limited.Token).ConfigureAwait(false);
        using (socket)
        await using (stream.ConfigureAwait(false))
        {
            using MessageWriter writer = new(stream);
            writer.Begin(0).Int32(MessageType.CancelRequest).Int32(process).Int32(secret).End();
            await writer.FlushAsync(limited.Token).ConfigureAwait(false);
            // The server closes the connection when it has done it.
            _ = await stream.ReadAsync(new byte[1], limited.Token).ConfigureAwait(false);
        }
    }

    private static async Task<(Socket Socket, Stream Stream)> OpenAsync(HyperdriveOrigin origin, CancellationToken cancellation)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(origin.Host, origin.Port, cancellation).ConfigureAwait(false);
            NetworkStream tcp = new(socket, ownsSocket: true);
            return (socket, origin.Encryption == HyperdriveEncryption.Disable ? tcp : await EncryptAsync(tcp, origin, cancellation).ConfigureAwait(false));
        }
        catch (SocketException failed)
        {
            socket.Dispose();
            throw failed.SocketErrorCode switch
            {
                SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData =>
                    new HyperdriveException(HyperdriveException.BadHost, $"Bad hostname: {origin.Host} has no address. Check that it is spelled right.", failed),
                SocketError.ConnectionRefused =>
                    new HyperdriveException(HyperdriveException.Refused, $"Connection refused: nothing listens at {origin.Host}:{origin.Port}, or a firewall rejects it.", failed),
                _ => new HyperdriveException(HyperdriveException.CannotConnect, $"Cannot connect to {origin.Host}:{origin.Port}: {failed.Message}", failed),
            };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> EncryptAsync(NetworkStream tcp, HyperdriveOrigin origin, CancellationToken cancellation)
    {
        var request = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(request, request.Length);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(sizeof(int)), MessageType.SslRequest);
        await tcp.WriteAsync(request, cancellation).ConfigureAwait(false);
        var answer = new byte[1];
        await tcp.ReadExactlyAsync(answer, cancellation).ConfigureAwait(false);
        if (answer[0] != Accepted)
        {
            return origin.Encryption == HyperdriveEncryption.Prefer
                ? tcp
                : throw new HyperdriveException(HyperdriveException.NoTls, $"TLS (SSL) not supported by the database at {origin.Host}:{origin.Port}. Configure TLS there, or ask for another sslmode.");
        }

        SslStream encrypted = new(tcp, leaveInnerStreamOpen: false);
        try
        {
            await encrypted.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = origin.Host,
                    RemoteCertificateValidationCallback = (_, _, chain, errors) => Accepts(origin.Encryption, chain, errors),
                },
                cancellation).ConfigureAwait(false);
            return encrypted;
        }
        catch (AuthenticationException refused)
        {
            await encrypted.DisposeAsync().ConfigureAwait(false);
            throw new HyperdriveException(HyperdriveException.NoTls, $"The TLS handshake with {origin.Host}:{origin.Port} failed: {refused.Message}", refused);
        }
        catch
        {
            await encrypted.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static bool Accepts(HyperdriveEncryption asked, X509Chain? chain, SslPolicyErrors errors) => asked switch
    {
        HyperdriveEncryption.VerifyFull => errors == SslPolicyErrors.None,
        HyperdriveEncryption.VerifyCa => chain is not null && (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None,
        _ => true,
    };

    private static async Task StartAsync(ServerConnection connection, HyperdriveOrigin origin, bool encrypted, CancellationToken cancellation)
    {
        connection.Writer.Begin(0).Int32(MessageType.Protocol3)
            .Text("user").Text(origin.User).Text("database").Text(origin.Database)
            .Text("application_name").Text("Skep Hyperdrive").Text("client_encoding").Text("UTF8").Byte(0).End();
        await connection.Writer.FlushAsync(cancellation).ConfigureAwait(false);
        ScramClient? scram = null;
        var parameters = new List<KeyValuePair<string, string>>();
        for (;;)
        {
            if (!await connection.Reader.NextAsync(cancellation).ConfigureAwait(false)) throw new EndOfStreamException("The server closed it.");
            var contents = await connection.Reader.PeekAsync(LongestGreeting, Least(connection.Reader.Type), cancellation).ConfigureAwait(false);
            switch (connection.Reader.Type)
            {
                case MessageType.Authentication:
                    scram = Authenticate(connection.Writer, contents.Span, origin, encrypted, scram);
                    await connection.Writer.FlushAsync(cancellation).ConfigureAwait(false);
                    break;
                case MessageType.ParameterStatus:
                    var both = Encoding.UTF8.GetString(contents.Span).Split('\0');
                    if (both is [var name, var value, ..]) parameters.Add(new(name, value));
                    break;
                case MessageType.BackendKeyData:
                    connection.Process = BinaryPrimitives.ReadInt32BigEndian(contents.Span);
                    connection.Secret = BinaryPrimitives.ReadInt32BigEndian(contents.Span[sizeof(int)..]);
                    break;
                case MessageType.ErrorResponse:
                    throw Describe(ServerError.Read(contents.Span), origin);
                case MessageType.ReadyForQuery:
                    await connection.Reader.SkipAsync(cancellation).ConfigureAwait(false);
                    connection.Parameters = parameters;
                    return;
            }
        }
    }

    // https://www.postgresql.org/docs/current/protocol-message-formats.html, of what is looked into.
    private static int Least(byte type) => type switch
    {
        MessageType.Authentication => sizeof(int),
        MessageType.BackendKeyData => 2 * sizeof(int),
        _ => 0,
    };

    private static ScramClient? Authenticate(MessageWriter to, ReadOnlySpan<byte> asked, HyperdriveOrigin origin, bool encrypted, ScramClient? scram)
    {
        const int Ok = 0, Cleartext = 3, Md5 = 5, Sasl = 10, SaslContinue = 11, SaslFinal = 12, SaltBytes = 4;
        var details = asked[sizeof(int)..];
        switch (BinaryPrimitives.ReadInt32BigEndian(asked))
        {
            case Ok:
                return null;
            case Cleartext when encrypted || origin.Encryption == HyperdriveEncryption.Disable:
                to.Begin(MessageType.Password).Text(origin.Password).End();
                return null;
            case Cleartext:
                throw new HyperdriveException(
                    HyperdriveException.NoTls,
                    $"The database at {origin.Host} wants the password readable over a connection without TLS. Configure TLS or scram-sha-256 there, or say sslmode=disable if the network is yours.");
            case Md5 when details.Length >= SaltBytes:
                to.Begin(MessageType.Password).Text(Md5Proof(origin, details[..SaltBytes])).End();
                return null;
            case Sasl when Encoding.ASCII.GetString(details).Split('\0').Contains(ScramClient.Mechanism):
                scram = new ScramClient(origin.Password);
                var first = Encoding.UTF8.GetBytes(scram.First());
                to.Begin(MessageType.Password).Text(ScramClient.Mechanism).Int32(first.Length).Bytes(first).End();
                return scram;
            case SaslContinue when scram is not null:
                try
                {
                    to.Begin(MessageType.Password).Bytes(Encoding.UTF8.GetBytes(scram.Final(Encoding.UTF8.GetString(details)))).End();
                }
                catch (FormatException malformed)
                {
                    throw new HyperdriveException(HyperdriveException.Other, $"The database at {origin.Host} cannot be trusted: {malformed.Message}.", malformed);
                }

                return scram;
            case SaslFinal when scram is not null:
                return scram.Verify(Encoding.UTF8.GetString(details))
                    ? scram
                    : throw new HyperdriveException(HyperdriveException.Other, $"The database at {origin.Host} does not know the password itself: it may be another one.");
            case var other:
                throw new HyperdriveException(HyperdriveException.Other, $"The database at {origin.Host} asks for an authentication that is not supported ({other}). Use scram-sha-256.");
        }
    }

    // https://www.postgresql.org/docs/current/protocol-flow.html: the server decides that it is MD5.
    private static string Md5Proof(HyperdriveOrigin origin, ReadOnlySpan<byte> salt)
    {
#pragma warning disable CA5351
        var inner = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(origin.Password + origin.User)));
        return "md5" + Convert.ToHexStringLower(MD5.HashData([.. Encoding.ASCII.GetBytes(inner), .. salt]));
#pragma warning restore CA5351
    }

    private static HyperdriveException Describe(ServerError error, HyperdriveOrigin origin) => error.Code switch
    {
        ServerError.InvalidPassword or ServerError.InvalidAuthorization =>
            new HyperdriveException(HyperdriveException.BadCredentials, $"Invalid database credentials: {error.Message}"),
        ServerError.NoDatabase => new HyperdriveException(HyperdriveException.NoDatabase, $"The specified database name does not exist: {error.Message}"),
        _ => new HyperdriveException(HyperdriveException.Other, $"The database at {origin.Host} refuses the connection: {error.Message} ({error.Code})"),
    };
}
