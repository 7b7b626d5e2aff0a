using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Skep.Abstractions.Email;

namespace Skep.Edge.Email;

/// <summary>A connection to an SMTP server: commands, and replies of limited length. The operator has named the server: no guard looks at
/// its address.</summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private const int LongestLine = 4096;
    private const int MostLines = 128;

    private readonly SmtpOptions _options;
    private readonly byte[] _buffer = new byte[LongestLine];
    private Stream _stream;
    private int _start;
    private int _end;

    private SmtpConnection(SmtpOptions options, Stream stream) => (_options, _stream) = (options, stream);

    /// <summary>Nothing of what goes over it can be read on the way.</summary>
    public bool IsEncrypted => _stream is SslStream;

    /// <exception cref="EmailException">The server cannot be reached.</exception>
    public static async Task<SmtpConnection> OpenAsync(SmtpOptions options, CancellationToken cancellation)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellation).ConfigureAwait(false);
        }
        catch (SocketException failed)
        {
            socket.Dispose();
            throw Failed($"The SMTP server {options} cannot be reached: {failed.Message}", failed);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        SmtpConnection connection = new(options, new NetworkStream(socket, ownsSocket: true));
        if (options.Encryption != SmtpEncryption.Tls) return connection;
        try
        {
            await connection.EncryptAsync(cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What the server says next.</summary>
    public async Task<SmtpReply> ReadAsync(CancellationToken cancellation)
    {
        List<string> lines = [];
        for (;;)
        {
            var line = await ReadLineAsync(cancellation).ConfigureAwait(false);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), out var code) || code is < 200 or > 599 || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw Failed($"The SMTP server {_options} does not speak SMTP: it said \"{line}\".");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ') return new SmtpReply(code, lines);
            if (lines.Count == MostLines) throw Failed($"The SMTP server {_options} answers with more than {MostLines} lines.");
        }
    }

    /// <summary>Sends a command, and reads the reply.</summary>
    public async Task<SmtpReply> AskAsync(string command, CancellationToken cancellation)
    {
        // Whoever made it has checked what it is made of.
        if (command.AsSpan().ContainsAny('\r', '\n', '\0')) throw new ArgumentException("A command is one line.", nameof(command));
        await _stream.WriteAsync(Encoding.UTF8.GetBytes($"{command}\r\n"), cancellation).ConfigureAwait(false);
        await _stream.FlushAsync(cancellation).ConfigureAwait(false);
        return await ReadAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends bytes of a message.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => _stream.WriteAsync(bytes, cancellation);

    /// <summary>From here on nobody reads along, and the server has proven who it is.</summary>
    public async Task EncryptAsync(CancellationToken cancellation)
    {
        // What came before it was encrypted may be somebody else's (CVE-2011-0411).
        if (_start != _end) throw Failed($"The SMTP server {_options} sent data before the connection was encrypted.");
        SslStream encrypted = new(_stream, leaveInnerStreamOpen: false);
        _stream = encrypted;
        try
        {
            await encrypted.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = _options.Host, RemoteCertificateValidationCallback = _options.Certificates }, cancellation).ConfigureAwait(false);
        }
        catch (AuthenticationException refused)
        {
            throw Failed($"The TLS handshake with the SMTP server {_options} failed: {refused.Message}", refused);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <summary>The server, or the way to it, is at fault.</summary>
    public static EmailException Failed(string message, Exception? inner = null) => new(EmailErrorCodes.DeliveryFailed, message, inner);

    private async Task<string> ReadLineAsync(CancellationToken cancellation)
    {
        for (;;)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Printable(_buffer.AsSpan(_start, length));
                _start += length + 1;
                return line;
            }

            if (_start > 0)
            {
                _buffer.AsSpan(_start.._end).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            if (_end == _buffer.Length) throw Failed($"The SMTP server {_options} answers with a line of more than {LongestLine} bytes.");
            var count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
            if (count == 0) throw Failed($"The SMTP server {_options} closed the connection.");
            _end += count;
        }
    }

    // It ends up in errors and on terminals.
    private static string Printable(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line).TrimEnd('\r', ' ');
        return text.Any(char.IsControl) ? string.Concat(text.Select(static each => char.IsControl(each) ? '?' : each)) : text;
    }
}
