using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Skep.Edge.Forwarding;

/// <summary>Takes the PROXY header off a connection, and makes it the client's. Only what trusted addresses send is read: anyone else
/// could claim to be anyone.</summary>
internal sealed partial class ProxyProtocol(ConnectionDelegate next, AddressList trusted, TimeSpan timeout, ILogger log)
{
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        var proxy = connection.RemoteEndPoint as IPEndPoint;
        if (!trusted.Contains(proxy?.Address))
        {
            Refused(log, $"{proxy}", "it is not one of the proxies that are trusted");
            connection.Abort(new ConnectionAbortedException("The PROXY protocol is spoken by an address that is not trusted."));
            return;
        }

        try
        {
            if (await ReadAsync(connection) is not { } header)
                return;
            if (header.Source is not null)
                (connection.RemoteEndPoint, connection.LocalEndPoint) = (header.Source, header.Destination);
        }
        catch (FormatException malformed)
        {
            Refused(log, $"{proxy}", malformed.Message);
            connection.Abort(new ConnectionAbortedException(malformed.Message));
            return;
        }

        await next(connection);
    }

    /// <summary>The header; null when the connection ended first, or took too long.</summary>
    private async ValueTask<ProxyHeader?> ReadAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        using var limited = new CancellationTokenSource(timeout);
        while (true)
        {
            ReadResult result;
            try
            {
                result = await input.ReadAsync(limited.Token);
            }
            catch (OperationCanceledException late)
            {
                throw new FormatException($"there was no PROXY header within {timeout.TotalSeconds} s", late);
            }
            catch (ConnectionResetException)
            {
                return null;
            }

            ReadOnlySequence<byte> buffer = result.Buffer;
            ReadOnlySequence<byte> start = buffer.Slice(0, Math.Min(buffer.Length, ProxyHeaderParser.Longest));
            if (ProxyHeaderParser.Parse(start.IsSingleSegment ? start.FirstSpan : start.ToArray()) is { } header)
            {
                input.AdvanceTo(buffer.GetPosition(header.Length));
                return header;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection of {Proxy} to a listener with the PROXY protocol was closed: {Reason}.")]
    private static partial void Refused(ILogger log, string proxy, string reason);
}
