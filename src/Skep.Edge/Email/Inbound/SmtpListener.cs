using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging.Abstractions;
using Skep.Edge.Listeners;
using Skep.Edge.Tls;
using Skep.Edge.Transport;

namespace Skep.Edge.Email.Inbound;

/// <summary>Takes email from other servers, for addresses that have a rule.</summary>
/// <param name="options">Where, and how much.</param>
/// <param name="router">Takes messages.</param>
/// <param name="onFailure">Hears of errors that are no one's but Skep's.</param>
public sealed class SmtpListener(SmtpListenerOptions options, EmailRouter router, Action<Exception> onFailure) : IAsyncDisposable
{
    private readonly TcpListener _listener = new(options.Listen);

    // What cannot be read later on is reported by the listeners of HTTP, which have the same.
    private readonly CertificateStore? _certificates =
        options.Tls.Certificates.IsEmpty ? null : new CertificateStore(options.Tls with { AuthorityFolder = null }, NullLogger.Instance, TimeProvider.System);

    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _messages = new(options.Messages);
    private readonly ConcurrentDictionary<Task, byte> _sessions = new();
    private readonly ClientConnections _clients = new(options.ConnectionsPerAddress, options.Connections);
    private Task _accepting = Task.CompletedTask;

    /// <summary>Where it listens, with the port that was chosen.</summary>
    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public void Start()
    {
        try
        {
            // Of all addresses, those of both kinds.
            if (options.Listen.Address.Equals(IPAddress.IPv6Any)) _listener.Server.DualMode = true;
            _listener.Start();
        }
        catch (SocketException failed)
        {
            throw new IOException($"Email cannot be taken at {options.Listen}: {failed.Message}", failed);
        }

        _accepting = AcceptAsync();
    }

    /// <summary>Takes no further message, and lets those end that are being handled, for a while.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested) return;
        await _ending.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _accepting.ConfigureAwait(false);
        await Task.WhenAny(Task.WhenAll(_sessions.Keys), Task.Delay(options.EndPatience)).ConfigureAwait(false);
        _listener.Dispose();
        _certificates?.Dispose();
    }

    // That of the name that we go by; of HTTP's there is nothing in it.
    private SslServerAuthenticationOptions? Certificate() =>
        _certificates is null ? null : new SslServerAuthenticationOptions { ServerCertificateContext = _certificates.Select(options.Name).ServerCertificateContext };

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_ending.Token).ConfigureAwait(false);
                var session = ServeAsync(socket);
                _sessions[session] = 0;
                _ = session.ContinueWith(ended => _sessions.TryRemove(ended, out _), TaskScheduler.Default);
            }
            catch (Exception ended) when (_ending.IsCancellationRequested && ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failed)
            {
                // The connection was gone before it was accepted, or there are too many files: the next one may be better off.
                onFailure(failed);
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var client = (socket.RemoteEndPoint as IPEndPoint)?.Address.Unmapped() ?? IPAddress.None;
        NetworkStream stream = new(socket, ownsSocket: true);
        await using (stream.ConfigureAwait(false))
        {
            if (!_clients.TryEnter(client))
            {
                await TurnAwayAsync(stream).ConfigureAwait(false);
                return;
            }

            try
            {
                socket.NoDelay = true;
                await new SmtpServerSession(options, router, _messages, client, stream, Certificate, _ending.Token).RunAsync().ConfigureAwait(false);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException or AuthenticationException)
            {
                // The client has left, or does not like our certificate.
            }
            catch (Exception failure)
            {
                onFailure(failure);
            }
            finally
            {
                _clients.Leave(client);
            }
        }
    }

    private static async Task TurnAwayAsync(NetworkStream stream)
    {
        try
        {
            await stream.WriteAsync("421 4.7.0 Too many connections; try again later\r\n"u8.ToArray()).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It has not waited for the answer.
        }
    }
}
