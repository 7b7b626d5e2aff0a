using System.Collections.Immutable;
using System.Security.Cryptography;
using Skep.Abstractions.Catalog;
using Skep.Control;
using Skep.Control.Auth;
using Skep.Storage.Catalog;
using Skep.Storage.Metering;
using Skep.Storage.Scheduling;
using Skep.Storage.Secrets;

namespace Skep.Hosting;

/// <summary>Everything that a server keeps: the catalog and the key of its secrets. It is made by the first start.</summary>
internal sealed class DataFolder : IDisposable
{
    private DataFolder(string path)
    {
        Path = path;
        Cipher = FileKeyCipher.Open(System.IO.Path.Combine(path, "secrets.key"));
        Catalog = new SqliteCatalog(System.IO.Path.Combine(path, "catalog.db"));
        Cron = new SqliteCronStore(System.IO.Path.Combine(path, "cron.db"));
        Usage = new SqliteUsageStore(System.IO.Path.Combine(path, "usage.db"));
    }

    public string Path { get; }

    public SqliteCatalog Catalog { get; }

    public SqliteCronStore Cron { get; }

    public SqliteUsageStore Usage { get; }

    public FileKeyCipher Cipher { get; }

    /// <summary>Opens the folder; makes it when there is none.</summary>
    public static DataFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(path))
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new DataFolder(path);
    }

    /// <summary>The account that this folder belongs to.</summary>
    public async Task<ControlOptions> AccountAsync()
    {
        var id = await Catalog.SettingAsync("account.id", () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        return new ControlOptions(id, await Catalog.SettingAsync("account.name", () => "Skep"), await Catalog.SettingAsync("account.subdomain", () => "skep"));
    }

    /// <summary>Makes a token; returns its secret, which is stored nowhere.</summary>
    public async Task<(ApiToken Token, string Secret)> CreateTokenAsync(
        string name, TokenAccess access, ImmutableArray<string> scripts, DateTimeOffset now)
    {
        var secret = TokenSecret.Create();
        var token = new ApiToken(Guid.NewGuid().ToString(), name, TokenSecret.Hash(secret), access, scripts, now);
        await Catalog.AddTokenAsync(token, new AuditEntry(now, Operator, "token.create", token.Id, name));
        return (token, secret);
    }

    /// <summary>How the audit log calls whoever works on the machine itself.</summary>
    public const string Operator = "operator";

    /// <inheritdoc/>
    public void Dispose()
    {
        Catalog.Dispose();
        Cron.Dispose();
        Usage.Dispose();
        Cipher.Dispose();
    }
}
