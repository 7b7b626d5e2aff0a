using System.Text.Json.Nodes;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;

namespace Skep.Control.Tests.Objects;

/// <summary>Durable Object classes: what uploads do to them, and who may be bound to them.</summary>
public sealed class MigrationTests
{
    private const string First = """ "migrations": { "new_tag": "v1", "steps": [{ "new_sqlite_classes": ["Counter"], "new_classes": ["Old"] }] } """;
    private const string ToCounter = """[{ "type": "durable_object_namespace", "name": "COUNTER", "class_name": "Counter" }]""";

    [Fact]
    public async Task A_class_gets_a_namespace_that_stays()
    {
        await using var control = await TestControl.StartAsync();
        await DeployAsync(control, "app", First, ToCounter);
        var first = control.Target.Checked.Last();
        var counter = Assert.Single(first.ObjectClasses, each => each.ClassName == "Counter");
        Assert.Equal((true, false), (counter.Sqlite, first.ObjectClasses.Single(each => each.ClassName == "Old").Sqlite));
        Assert.Equal([new ObjectNamespaceBinding("COUNTER", counter.NamespaceId)], first.Bindings);

        var service = await control.ResultAsync(HttpMethod.Get, "workers/services/app");
        Assert.Equal("v1", service["default_environment"]!["script"]!["migration_tag"]!.GetValue<string>());

        // As wrangler goes on: through the versions path, without migrations.
        await control.ResultAsync(HttpMethod.Post, "workers/scripts/app/versions", TestControl.Upload(bindings: ToCounter));
        Assert.Equal(first.ObjectClasses, control.Target.Checked.Last().ObjectClasses);
        Assert.Equal(first.Bindings, control.Target.Checked.Last().Bindings);
    }

    [Fact]
    public async Task A_renamed_class_keeps_its_objects()
    {
        await using var control = await TestControl.StartAsync();
        await DeployAsync(control, "app", First, ToCounter);
        var before = control.Target.Checked.Last().ObjectClasses.Single(each => each.ClassName == "Counter");
        await DeployAsync(
            control, "app", """ "migrations": { "old_tag": "v1", "new_tag": "v2", "steps": [{ "renamed_classes": [{ "from": "Counter", "to": "Tally" }], "deleted_classes": ["Old"] }] } """);
        Assert.Equal([before with { ClassName = "Tally" }], control.Target.Checked.Last().ObjectClasses);
    }

    [Fact]
    public async Task What_a_deleted_class_stored_is_removed()
    {
        await using var control = await TestControl.StartAsync();
        await DeployAsync(control, "app", First);
        var classes = control.Target.Checked.Last().ObjectClasses;
        foreach (var each in classes) await WriteAsync(control, each);
        await DeployAsync(control, "app", """ "migrations": { "old_tag": "v1", "new_tag": "v2", "steps": [{ "deleted_classes": ["Old"] }] } """);
        Assert.Empty(await control.Objects.ListAsync(classes[0].NamespaceId, null, 10));
        Assert.Single(await control.Objects.ListAsync(classes[1].NamespaceId, null, 10));
        await control.ResultAsync(HttpMethod.Delete, "workers/scripts/app");
        Assert.Empty(await control.Objects.ListAsync(classes[1].NamespaceId, null, 10));
    }

    [Fact]
    public async Task A_class_is_transferred_with_its_objects()
    {
        await using var control = await TestControl.StartAsync();
        await DeployAsync(control, "old", First);
        var before = control.Target.Checked.Last().ObjectClasses.Single(each => each.ClassName == "Counter");
        await DeployAsync(
            control, "new", """ "migrations": { "new_tag": "v1", "steps": [{ "transferred_classes": [{ "from": "Counter", "from_script": "old", "to": "Moved" }] }] } """,
            """[{ "type": "durable_object_namespace", "name": "MOVED", "class_name": "Moved" }]""");
        Assert.Equal([before with { ClassName = "Moved" }], control.Target.Checked.Last().ObjectClasses);
        Assert.Equal(["Old"], (await control.Catalog.FindScriptAsync("old"))!.ObjectClasses.Select(each => each.ClassName));
        Assert.Equal(["old", "new"], control.Target.Refreshed.TakeLast(2));
    }

    [Fact]
    public async Task Migrations_follow_each_other()
    {
        await using var control = await TestControl.StartAsync();
        await DeployAsync(control, "app", First);
        Assert.Equal((10079, "Migration tag precondition failed; current tag is v1"), await RefusedAsync(control, First));
        Assert.Equal(
            (10074, "Cannot apply new-class migration to class 'Counter' that is already depended on by existing Durable Objects."),
            await RefusedAsync(control, """ "migrations": { "old_tag": "v1", "new_tag": "v2", "steps": [{ "new_classes": ["Counter"] }] } """));
        Assert.Equal(
            (10074, "Cannot apply deleted-class migration to class 'None' that does not exist: it is no Durable Object class of this script."),
            await RefusedAsync(control, """ "migrations": { "old_tag": "v1", "new_tag": "v2", "steps": [{ "deleted_classes": ["None"] }] } """));
        Assert.Equal(
            (10074, "Cannot apply transferred-class migration: the script 'none' does not exist."),
            await RefusedAsync(control, """ "migrations": { "old_tag": "v1", "new_tag": "v2", "steps": [{ "transferred_classes": [{ "from": "A", "from_script": "none", "to": "B" }] }] } """));
        // Nothing of a refused upload stays.
        Assert.Equal("v1", (await control.Catalog.FindScriptAsync("app"))!.MigrationTag);
    }

    [Fact]
    public async Task A_migration_of_a_version_that_does_not_start_changes_nothing()
    {
        await using var control = await TestControl.StartAsync();
        await control.ErrorAsync(HttpMethod.Put, "workers/scripts/app", TestControl.Upload("throw 1", more: First));
        Assert.Null(await control.Catalog.FindScriptAsync("app"));
    }

    [Fact]
    public async Task A_version_cannot_bring_migrations()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("app");
        var (code, message) = await control.ErrorAsync(HttpMethod.Post, "workers/scripts/app/versions", TestControl.Upload(more: First));
        Assert.Equal(10211, code);
        Assert.StartsWith("Version upload failed. You attempted to upload a version of a Worker that includes a Durable Object migration", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_without_migration_cannot_be_bound()
    {
        await using var control = await TestControl.StartAsync();
        Assert.Equal(
            (10061, "Cannot create binding for class 'Counter' because it is not currently configured to implement Durable Objects. Ensure a --new-class migration has been applied to it."),
            await control.ErrorAsync(HttpMethod.Put, "workers/scripts/app", TestControl.Upload(bindings: ToCounter)));
        Assert.Equal(
            (10061, "Cannot create binding for class in script 'other' that does not exist."),
            await control.ErrorAsync(HttpMethod.Put, "workers/scripts/app", TestControl.Upload(bindings: ToOther)));
    }

    private const string ToOther = """[{ "type": "durable_object_namespace", "name": "C", "class_name": "Counter", "script_name": "other" }]""";

    [Fact]
    public async Task Classes_that_others_use_are_not_deleted_without_force()
    {
        await using var control = await TestControl.StartAsync();
        await DeployAsync(control, "other", First);
        await control.DeployAsync("app", bindings: ToOther);
        var id = Assert.IsType<ObjectNamespaceBinding>(Assert.Single(control.Target.Checked.Last().Bindings)).NamespaceId;
        Assert.Equal((await control.Catalog.FindScriptAsync("other"))!.ObjectClasses.Single(each => each.ClassName == "Counter").NamespaceId, id);

        const string used = "The Durable Object class 'Counter' of 'other' is used by the Worker 'app' (binding 'C'). Remove that binding first, or delete with force=true.";
        Assert.Equal((10064, used), await control.ErrorAsync(HttpMethod.Delete, "workers/scripts/other"));
        Assert.Equal(
            (10064, used),
            await control.ErrorAsync(HttpMethod.Put, "workers/scripts/other", TestControl.Upload(more: """ "migrations": { "old_tag": "v1", "new_tag": "v2", "steps": [{ "deleted_classes": ["Counter"] }] } """)));
        await control.ResultAsync(HttpMethod.Delete, "workers/scripts/other?force=true");
    }

    [Fact]
    public async Task Classes_can_be_declared()
    {
        await using var control = await TestControl.StartAsync();
        var created = await DeployAsync(control, "app", """ "exports": { "Counter": { "type": "durable-object", "storage": "sqlite" }, "Old": { "type": "durable-object", "storage": "legacy-kv", "state": "created" } } """, ToCounter);
        Assert.Equal("""["Counter","Old"]""", created["exports_reconciliation"]!["created"]!.ToJsonString());
        Assert.Equal(9, created["exports_reconciliation"]!.AsObject().Count);
        var classes = control.Target.Checked.Last().ObjectClasses;
        Assert.Equal([true, false], classes.Select(each => each.Sqlite));

        var changed = await DeployAsync(control, "app", """
             "exports": { "Tally": { "type": "durable-object", "storage": "sqlite" }, "Counter": { "type": "durable-object", "state": "renamed", "renamed_to": "Tally" }, "Old": { "type": "durable-object", "state": "deleted" } }
            """);
        Assert.Equal("""[{"from":"Counter","to":"Tally"}]""", changed["exports_reconciliation"]!["renamed"]!.ToJsonString());
        Assert.Equal("""["Old"]""", changed["exports_reconciliation"]!["deleted"]!.ToJsonString());
        Assert.Equal([classes[0] with { ClassName = "Tally" }], control.Target.Checked.Last().ObjectClasses);
        Assert.Equal(
            (10074, "The class 'Tally' has objects with sqlite storage, which cannot become legacy-kv."),
            await RefusedAsync(control, """ "exports": { "Tally": { "type": "durable-object", "storage": "legacy-kv" } } """));
    }

    [Fact]
    public async Task Namespaces_and_their_objects_are_listed()
    {
        await using var control = await TestControl.StartAsync();
        await DeployAsync(control, "app", First);
        var counter = control.Target.Checked.Last().ObjectClasses.Single(each => each.ClassName == "Counter");
        foreach (var id in (string[])["b", "a"]) await WriteAsync(control, counter, id);
        var listed = (await control.ResultAsync(HttpMethod.Get, "workers/durable_objects/namespaces")).AsArray();
        Assert.Equal(2, listed.Count);
        Assert.Contains(listed, each => each!.ToJsonString() == $$"""{"id":"{{counter.NamespaceId}}","name":"app_Counter","script":"app","class":"Counter","use_sqlite":true}""");

        var (_, page) = await control.CallAsync(HttpMethod.Get, $"workers/durable_objects/namespaces/{counter.NamespaceId}/objects?limit=1");
        Assert.Equal(new string('a', 64), page["result"]![0]!["id"]!.GetValue<string>());
        var cursor = page["result_info"]!["cursor"]!.GetValue<string>();
        var rest = (await control.ResultAsync(HttpMethod.Get, $"workers/durable_objects/namespaces/{counter.NamespaceId}/objects?cursor={cursor}")).AsArray();
        Assert.Equal($$"""[{"id":"{{new string('b', 64)}}","hasStoredData":true}]""", rest.ToJsonString());
        Assert.Equal(10066, (await control.ErrorAsync(HttpMethod.Get, "workers/durable_objects/namespaces/none/objects")).Code);
    }

    [Fact]
    public async Task A_token_for_some_workers_reaches_the_objects_of_those_only()
    {
        await using var control = await TestControl.StartAsync();
        await DeployAsync(control, "other", First);
        using var client = control.ClientWith(await control.TokenAsync(Abstractions.Catalog.TokenAccess.Edit, "app"));
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/app", TestControl.Upload(bindings: ToOther), client)).Code);
        Assert.Empty((await control.ResultAsync(HttpMethod.Get, "workers/durable_objects/namespaces", client: client)).AsArray());
    }

    [Theory]
    [InlineData("workers/dispatch/namespaces/customers/scripts?tags=trial:yes")]
    [InlineData("workers/dispatch/namespaces/customers")]
    public async Task What_deleted_user_workers_stored_is_removed(string deleted)
    {
        await using var control = await TestControl.StartAsync();
        await control.ResultAsync(HttpMethod.Post, "workers/dispatch/namespaces", TestControl.Json("""{ "name": "customers" }"""));
        await control.ResultAsync(HttpMethod.Put, "workers/dispatch/namespaces/customers/scripts/alice", TestControl.Upload(more: First + """, "tags": ["trial"] """));
        var stored = control.Target.Checked.Last().ObjectClasses[0];
        await WriteAsync(control, stored);
        await control.ResultOrNullAsync(HttpMethod.Delete, deleted);
        Assert.Empty(await control.Objects.ListAsync(stored.NamespaceId, null, 10));
    }

    private static Task<JsonNode> DeployAsync(TestControl control, string script, string more, string bindings = "[]") =>
        control.ResultAsync(HttpMethod.Put, $"workers/scripts/{script}", TestControl.Upload(bindings: bindings, more: more));

    private static Task<(int Code, string Message)> RefusedAsync(TestControl control, string more) =>
        control.ErrorAsync(HttpMethod.Put, "workers/scripts/app", TestControl.Upload(more: more));

    private static async Task WriteAsync(TestControl control, ObjectClass one, string digit = "a")
    {
        await using var storage = await control.Objects.OpenAsync(new ObjectAddress(one.NamespaceId, string.Concat(Enumerable.Repeat(digit, 64))), one, TestContext.Current.CancellationToken);
        storage.Put("a"u8, "1"u8);
        await storage.Commit().Durable!;
    }
}
