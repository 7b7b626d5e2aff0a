using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Skep.Edge.Listeners;
using Skep.Edge.Tls;
using Skep.Hosting;
using Skep.Settings;
using Skep.Storage.Secrets;
using Skep.Storage.Sqlite;

namespace Skep.Diagnosis;

/// <summary>Whether a server can run with these settings and this data folder.</summary>
internal static class ServerChecks
{
    private const long Megabyte = 1 << 20;
    private const long LittleSpace = 1024 * Megabyte;
    private const long TooLittleSpace = 64 * Megabyte;

    private static readonly TimeSpan _shortest = TimeSpan.FromDays(14);

    public static IEnumerable<Finding> All(SettingValues settings)
    {
        var folder = Path.GetFullPath(settings.Text(ServeSettings.Data));
        var server = Directory.Exists(folder) ? ServerMark.Find(folder) : null;
        if (server is not null) return [Finding.Ok($"process {server} serves {folder}; its ports are its own"), .. Certificates(ServeOptions.Listener(settings).Tls, TimeProvider.System.GetUtcNow()), .. Folder(folder)];
        return
        [
            .. settings.List(ServeSettings.Certificate).IsEmpty
                ? Array.Empty<Finding>()
                : [Port(() => ListeningSockets.CheckCertificates(ServeOptions.Listener(settings)), "the certificates can be read", "cert")],
            .. Certificates(ServeOptions.Listener(settings).Tls, TimeProvider.System.GetUtcNow()),
            Port(() => ListeningSockets.Bind(ServeOptions.Listener(settings)).Dispose(), $"clients can connect at {settings.Text(ServeSettings.Host)}:{settings.Text(ServeSettings.Port)}", "port"),
            Port(() => Bind(settings), $"wrangler can connect at {settings.Text(ServeSettings.ControlHost)}:{settings.Text(ServeSettings.ControlPort)}", "control_port"),
            .. Folder(folder),
        ];
    }

    /// <summary>Whether the certificates are good now, and for a while.</summary>
    internal static IEnumerable<Finding> Certificates(TlsOptions options, DateTimeOffset now)
    {
        const string Renewal = "Renew it: the server takes the new file without a restart.";
        IReadOnlyList<CertificateDates> all;
        try
        {
            all = CertificateDates.Of(options);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return [Finding.Fail("a certificate cannot be read", unreadable.Message)];
        }

        return all.Select(each => each switch
        {
            _ when each.Until < now => Finding.Fail($"{each.Path} has expired on {each.Until:yyyy-MM-dd}", Renewal),
            _ when each.From > now => Finding.Fail($"{each.Path} is not valid before {each.From:yyyy-MM-dd}", "Use the one that is valid now, or correct the machine's clock."),
            _ when each.Until - now < _shortest => Finding.Warn($"{each.Path} expires on {each.Until:yyyy-MM-dd}", Renewal),
            _ => Finding.Ok($"{each.Path} is valid until {each.Until:yyyy-MM-dd}"),
        });
    }

    private static Finding Port(Action bind, string what, string setting)
    {
        try
        {
            bind();
            return Finding.Ok(what);
        }
        catch (Exception refused) when (refused is IOException or SocketException or ArgumentException)
        {
            return Finding.Fail($"\"{setting}\" cannot be used", refused.Message);
        }
    }

    private static void Bind(SettingValues settings)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(ServeOptions.ControlAddress(settings), settings.Integer(ServeSettings.ControlPort)));
    }

    private static IEnumerable<Finding> Folder(string folder)
    {
        if (!Directory.Exists(folder)) return [Finding.Ok($"{folder} will be made by the first start"), Space(Path.GetDirectoryName(folder) ?? "/")];
        return [Writable(folder), Space(folder), Private(folder), Key(Path.Combine(folder, DataFolder.KeyFile)), .. Databases(folder), .. ObjectChecks.All(folder)];
    }

    private static Finding Writable(string folder)
    {
        var probe = Path.Combine(folder, $"doctor.{Environment.ProcessId}.new");
        try
        {
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return Finding.Ok($"{folder} can be written");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail($"{folder} cannot be written", $"{refused.Message} Give it to the user that runs the server: chown -R.");
        }
    }

    private static Finding Space(string folder)
    {
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder)!;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var what = $"{free / Megabyte} MB are free at {folder}";
        const string Remedy = "Make room, or move the data folder to a larger disk: a full disk refuses deployments and writes.";
        return free < TooLittleSpace ? Finding.Fail(what, Remedy) : free < LittleSpace ? Finding.Warn(what, Remedy) : Finding.Ok(what);
    }

    private static Finding Private(string folder) => FilePrivacy.Exposed(folder).ToList() is { Count: > 0 } exposed
        ? Finding.Warn($"other users can get at {exposed.Count} files or folders, e.g. {exposed[0]}", $"chmod -R go-rwx {folder}; the next start does it, too.")
        : Finding.Ok("the data folder is its owner's alone");

    private static Finding Key(string path)
    {
        if (!File.Exists(path)) return Finding.Fail($"{path} is missing", "Restore it from a backup: without it no secret can be read. A new folder gets one by its first start.");
        try
        {
            FileKeyCipher.Open(path).Dispose();
            return Finding.Ok("the key of the secrets can be read");
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return Finding.Fail("the key of the secrets cannot be read", broken.Message);
        }
    }

    private static IEnumerable<Finding> Databases(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.db", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, path);
            Finding finding;
            try
            {
                finding = SqliteFile.Examine(path) is { Count: > 0 } problems
                    ? Finding.Fail($"{name} is damaged: {string.Join(" ", problems.Take(3))}", "Stop the server, and restore a backup: skep restore.")
                    : Finding.Ok($"{name} is sound");
            }
            catch (SqliteException broken)
            {
                finding = Finding.Fail($"{name} cannot be read", $"{broken.Message}. Restore a backup: skep restore.");
            }

            yield return finding;
        }
    }
}
