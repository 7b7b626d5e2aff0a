using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Skep.Testing;

/// <summary>A PostgreSQL of a test's own, from the system's packages, gone afterwards. It encrypts, with a certificate that nobody vouches for.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Why there is none.</summary>
    public const string Missing = "PostgreSQL is not installed: apt-get install postgresql.";

    /// <summary>The password of everyone.</summary>
    public const string Password = "pa ss%w0rd";

    // Whoever else takes the free port first: PostgreSQL cannot be told to find one.
    private const int MostStarts = 5;

    private readonly string _binaries;
    private readonly string _folder;

    private PostgresServer(string binaries, string folder) => (_binaries, _folder) = (binaries, folder);

    public int Port { get; private set; }

    /// <summary>The connection string of <c>app</c>, who may do everything.</summary>
    public string Url => $"postgresql://app:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/postgres";

    /// <summary>Starts one; null when PostgreSQL is not installed.</summary>
    public static async Task<PostgresServer?> StartAsync()
    {
        const string Installed = "/usr/lib/postgresql";
        var binaries = Directory.Exists(Installed)
            ? Directory.EnumerateFiles(Installed, "initdb", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Path.GetDirectoryName).LastOrDefault()
            : null;
        if (binaries is null) return null;
        PostgresServer server = new(binaries, (await RunAsync("mktemp -d /tmp/skep-postgres-XXXXXX")).Trim());
        try
        {
            await server.SetUpAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() =>
        await RunAsync($"{_binaries}/pg_ctl -D {_folder}/data -m immediate -s stop; rm -rf {_folder}");

    private async Task SetUpAsync()
    {
        await RunAsync($"cat > {_folder}/password; {_binaries}/initdb -D {_folder}/data -U app -A scram-sha-256 -N --pwfile={_folder}/password >/dev/null", Password + "\n");
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=skep", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await RunAsync($"umask 077; cat > {_folder}/data/server.crt", certificate.ExportCertificatePem());
        await RunAsync($"umask 077; cat > {_folder}/data/server.key", key.ExportPkcs8PrivateKeyPem());
        await RunAsync($"cat > {_folder}/data/pg_hba.conf", """
            host all md5user all md5
            host all plainuser all password
            host all trusted all trust
            host all all all scram-sha-256
            local all all trust

            """);
        await ListenAsync();
        await RunAsync($"{_binaries}/psql -q -v ON_ERROR_STOP=1 -h {_folder} -p {Port} -U app postgres", $"""
            SET password_encryption = 'md5';
            CREATE USER md5user PASSWORD '{Password}';
            SET password_encryption = 'scram-sha-256';
            CREATE USER plainuser PASSWORD '{Password}';
            CREATE USER trusted;

            """);
    }

    private async Task ListenAsync()
    {
        for (var start = 1; ; start++)
        {
            Port = FreePort();
            try
            {
                await RunAsync($"{_binaries}/pg_ctl -D {_folder}/data -l {_folder}/log -w -s -o '-p {Port} -h 127.0.0.1 -k {_folder} -c fsync=off -c ssl=on -c max_connections=50' start >/dev/null 2>&1 || (cat {_folder}/log; exit 1)");
                return;
            }
            catch (InvalidOperationException taken) when (start < MostStarts && taken.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
                await RunAsync($"rm {_folder}/log");
            }
        }
    }

    // PostgreSQL refuses to be root.
    private static async Task<string> RunAsync(string script, string input = "")
    {
        string[] command = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", "sh", "-c", script] : ["sh", "-c", script];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            WorkingDirectory = "/tmp",
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();

        // A server that was started keeps the outputs open: what counts is the end of the shell.
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{script} ended with {process.ExitCode}: {await output}{await errors}");
        return await output;
    }

    private static int FreePort()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
