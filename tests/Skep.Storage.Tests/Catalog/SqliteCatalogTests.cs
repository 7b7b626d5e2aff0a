using System.Collections.Immutable;
using System.Text;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Skep.Storage.Catalog;
using Skep.Storage.Sqlite;
using Skep.Testing;

namespace Skep.Storage.Tests.Catalog;

public sealed class SqliteCatalogTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private SqliteCatalog _catalog;

    public SqliteCatalogTests() => _catalog = new SqliteCatalog(File);

    private string File => Path.Combine(_folder.Path, "catalog.db");

    public void Dispose()
    {
        _catalog.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_change_is_there_after_the_file_was_opened_again()
    {
        var version = Version("hello", "1");
        await _catalog.ApplyAsync(Change("hello", version, deploy: true));
        Reopen();
        Assert.Equal("tag", (await _catalog.FindScriptAsync("hello"))!.Tag);
        var stored = await _catalog.FindVersionAsync("hello", "1");
        Assert.Equal(version.Modules, stored!.Modules);
        Assert.Equal("secret"u8.ToArray(), stored.Secrets["S"]);
        Assert.Equal("export default {}", Encoding.UTF8.GetString((await _catalog.ReadContentAsync("h1")).Span));
        Assert.Equal([new VersionShare("1", 100)], (await _catalog.ListDeploymentsAsync("hello", 10))[0].Versions);
    }

    [Fact]
    public async Task Versions_are_numbered_for_each_script_and_listed_newest_first()
    {
        await _catalog.ApplyAsync(Change("a", Version("a", "a1")));
        await _catalog.ApplyAsync(Change("b", Version("b", "b1")));
        var second = await _catalog.ApplyAsync(Change("a", Version("a", "a2")));
        Assert.Equal(2, second!.Number);
        Assert.Equal([("a2", 2), ("a1", 1)], (await _catalog.ListVersionsAsync("a", 10)).Select(version => (version.Id, version.Number)));
        Assert.Equal("a2", Assert.Single(await _catalog.ListVersionsAsync("a", 1)).Id);
        Assert.Null(await _catalog.FindVersionAsync("b", "a1"));
    }

    [Fact]
    public async Task The_newest_deployment_of_each_script_is_active()
    {
        await _catalog.ApplyAsync(Change("a", Version("a", "a1"), deploy: true));
        await _catalog.ApplyAsync(Change("a", Version("a", "a2"), deploy: true));
        await _catalog.ApplyAsync(Change("b", Version("b", "b1")));
        Assert.Equal("a2", Assert.Single(Assert.Single(await _catalog.ListActiveDeploymentsAsync()).Versions).VersionId);
        Assert.Equal(["a2", "a1"], (await _catalog.ListDeploymentsAsync("a", 10)).Select(deployment => deployment.Versions[0].VersionId));
    }

    [Fact]
    public async Task A_change_that_fails_half_way_leaves_nothing_behind()
    {
        // The content of its module is neither given nor stored.
        var change = Change("hello", Version("hello", "1"), deploy: true) with { Contents = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty };
        await Assert.ThrowsAsync<SqliteException>(async () => await _catalog.ApplyAsync(change));
        Assert.Null(await _catalog.FindScriptAsync("hello"));
        Assert.Empty(await _catalog.ListVersionsAsync("hello", 10));
        Assert.Empty(await _catalog.ListAuditAsync(10));
    }

    [Fact]
    public async Task Contents_are_shared_between_versions_and_go_with_the_last_of_them()
    {
        await _catalog.ApplyAsync(Change("a", Version("a", "a1")));
        await _catalog.ApplyAsync(Change("b", Version("b", "b1")) with { Contents = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty });
        Assert.True(await _catalog.DeleteScriptAsync("a", Audit));
        Assert.NotEqual(0, (await _catalog.ReadContentAsync("h1")).Length);
        Assert.True(await _catalog.DeleteScriptAsync("b", Audit));
        await Assert.ThrowsAsync<KeyNotFoundException>(async () => await _catalog.ReadContentAsync("h1"));
    }

    [Fact]
    public async Task A_deleted_script_takes_its_versions_and_deployments_along()
    {
        await _catalog.ApplyAsync(Change("a", Version("a", "a1"), deploy: true));
        Assert.True(await _catalog.DeleteScriptAsync("a", Audit));
        Assert.Empty(await _catalog.ListScriptsAsync());
        Assert.Empty(await _catalog.ListActiveDeploymentsAsync());
        Assert.Null(await _catalog.FindVersionAsync("a", "a1"));
        Assert.False(await _catalog.DeleteScriptAsync("a", Audit));
    }

    [Fact]
    public async Task Every_change_is_in_the_audit_log()
    {
        await _catalog.ApplyAsync(Change("a", Version("a", "a1")));
        await _catalog.DeleteScriptAsync("a", Audit with { Action = "script.delete" });
        Assert.Equal(["script.delete", "test"], (await _catalog.ListAuditAsync(10)).Select(entry => entry.Action));
    }

    [Fact]
    public async Task A_token_is_found_by_its_hash_until_it_is_revoked()
    {
        var token = new ApiToken("id", "ci", [1, 2, 3], TokenAccess.Read, ["a"], Now);
        await _catalog.AddTokenAsync(token, Audit);
        Reopen();
        var found = await _catalog.FindByHashAsync(new byte[] { 1, 2, 3 });
        Assert.Equal(("ci", TokenAccess.Read, "a"), (found!.Name, found.Access, Assert.Single(found.Scripts)));
        Assert.Null(await _catalog.FindByHashAsync(new byte[] { 1, 2 }));
        Assert.True(await _catalog.RevokeTokenAsync("id", Audit));
        Assert.Null(await _catalog.FindByHashAsync(new byte[] { 1, 2, 3 }));
        Assert.False(await _catalog.RevokeTokenAsync("id", Audit));
    }

    [Fact]
    public async Task A_setting_is_made_once()
    {
        Assert.Equal("first", await _catalog.SettingAsync("name", () => "first"));
        Reopen();
        Assert.Equal("first", await _catalog.SettingAsync("name", () => "second"));
    }

    [Fact]
    public async Task A_dispatch_namespace_keeps_its_id_under_another_name_and_after_a_restart()
    {
        var namespaces = _catalog.DispatchNamespaces;
        Assert.Equal("a", (await namespaces.AddAsync("a", Audit))!.Id);
        Assert.Null(await namespaces.AddAsync("a", Audit));
        Assert.True(await namespaces.RenameAsync("a", "b", Audit));
        Assert.Equal("a~2", (await namespaces.AddAsync("a", Audit))!.Id);
        Assert.False(await namespaces.RenameAsync("a", "a", Audit));
        Assert.Null(await namespaces.RenameAsync("c", "d", Audit));
        Reopen();
        namespaces = _catalog.DispatchNamespaces;
        Assert.Equal([("a~2", "a"), ("a", "b")], (await namespaces.ListAsync()).Select(each => (each.Id, each.Name)));
        Assert.Equal("a", (await namespaces.FindAsync("b"))!.Id);
        Assert.True(await namespaces.RemoveAsync("a", Audit));
        Assert.False(await namespaces.RemoveAsync("a", Audit));
        Assert.Null(await namespaces.FindAsync("b"));
    }

    [Fact]
    public async Task Many_at_once_do_not_disturb_each_other()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            var id = $"v{i}";
            await _catalog.ApplyAsync(Change("a", Version("a", id), deploy: true));
            Assert.NotNull(await _catalog.FindVersionAsync("a", id));
        })));
        Assert.Equal(Enumerable.Range(1, 50).Reverse(), (await _catalog.ListVersionsAsync("a", 100)).Select(version => version.Number));
    }

    private static AuditEntry Audit => new(Now, "me", "test", "target");

    [Fact]
    public async Task Namespaces_of_deleted_classes_are_known_until_nothing_is_left_of_them()
    {
        await _catalog.ApplyAsync(Classes("a", "kept", "dropped", "moved"));
        Assert.Empty(_catalog.ListDeletedNamespaces());
        await _catalog.ApplyAsync(Classes("b", "moved") with { Others = [Classes("a", "kept", "dropped").Script] });
        Assert.Empty(_catalog.ListDeletedNamespaces());
        await _catalog.ApplyAsync(Classes("a", "kept"));
        Reopen();
        Assert.Equal(["dropped"], _catalog.ListDeletedNamespaces());
        await _catalog.ApplyAsync(Classes("a", "kept", "dropped"));
        Assert.Empty(_catalog.ListDeletedNamespaces());
        await _catalog.ApplyAsync(Classes("a", "kept"));
        Assert.Equal(["dropped"], _catalog.ListDeletedNamespaces());
        _catalog.ForgetDeletedNamespace("dropped");
        Assert.Empty(_catalog.ListDeletedNamespaces());
        Assert.True(await _catalog.DeleteScriptAsync("b", Audit));
        Assert.Equal(["moved"], _catalog.ListDeletedNamespaces());
        Assert.Equal(["kept"], SqliteCatalog.ReadNamespaces(File));
    }

    private static CatalogChange Classes(string script, params string[] namespaces) => new()
    {
        Script = new Script { Name = script, Tag = "tag", CreatedOn = Now, ModifiedOn = Now, ObjectClasses = [.. namespaces.Select(each => new ObjectClass(each, each, Sqlite: true))] },
        Audit = Audit,
    };

    private static ScriptVersion Version(string script, string id) => new()
    {
        Id = id,
        Script = script,
        CreatedOn = Now,
        MainModule = "index.js",
        Modules = [new VersionModule("index.js", ModuleKind.EsModule, "h1", 17)],
        CompatibilityDate = "2026-11-01",
        Secrets = ImmutableDictionary<string, byte[]>.Empty.Add("S", "secret"u8.ToArray()),
    };

    private static CatalogChange Change(string script, ScriptVersion version, bool deploy = false) => new()
    {
        Script = new Script { Name = script, Tag = "tag", CreatedOn = Now, ModifiedOn = Now },
        Version = version,
        Contents = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("h1", "export default {}"u8.ToArray()),
        Deployment = deploy ? new Deployment { Id = "d" + version.Id, Script = script, CreatedOn = Now, Versions = [new VersionShare(version.Id, 100)] } : null,
        Audit = Audit,
    };

    private void Reopen()
    {
        _catalog.Dispose();
        _catalog = new SqliteCatalog(File);
    }
}
