using System.Net;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Workers;

namespace Skep.Control.Tests.Platform;

public sealed class HyperdriveTests
{
    private const string Root = "hyperdrive/configs";
    private const string Origin = """ "origin": { "scheme": "postgresql", "host": "db.example.com", "port": 5432, "database": "main", "user": "app", "password": "secret" } """;

    [Fact]
    public async Task A_configuration_is_made_changed_and_deleted()
    {
        await using var control = await TestControl.StartAsync();
        var made = await control.ResultAsync(HttpMethod.Post, Root, TestControl.Json($$"""{ "name": "mine", {{Origin}} }"""));
        var id = made["id"]!.GetValue<string>();
        Assert.Equal("db.example.com", made["origin"]!["host"]!.GetValue<string>());
        Assert.Equal("secret", Assert.Single(control.Probed).Password);
        Assert.DoesNotContain("secret", made.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(2017, (await control.ErrorAsync(HttpMethod.Post, Root, TestControl.Json($$"""{ "name": "mine", {{Origin}} }"""))).Code);

        await control.ResultAsync(HttpMethod.Patch, $"{Root}/{id}", TestControl.Json("""{ "origin": { "port": 6432 }, "mtls": { "sslmode": "verify-full" }, "origin_connection_limit": 7 }"""));
        var probed = control.Probed.Last();
        Assert.Equal((6432, "app", "secret", HyperdriveEncryption.VerifyFull, 7), (probed.Port, probed.User, probed.Password, probed.Encryption, probed.Connections));
        Assert.NotEqual(control.Probed[0].Revision, probed.Revision);
        Assert.Single((await control.ResultAsync(HttpMethod.Get, Root)).AsArray());
        Assert.Empty((await control.ResultAsync(HttpMethod.Get, Root + "?page=2")).AsArray());
        await control.ResultOrNullAsync(HttpMethod.Delete, $"{Root}/{id}");
        Assert.Equal(2001, (await control.ErrorAsync(HttpMethod.Get, $"{Root}/{id}")).Code);
        Assert.Equal(["hyperdrive.delete", "hyperdrive.update", "hyperdrive.create"], (await control.Catalog.ListAuditAsync(3)).Select(entry => entry.Action));
    }

    [Theory]
    [InlineData("""{ "name": "", $o }""", "characters")]
    [InlineData("""{ "name": "a" }""", "origin")]
    [InlineData("""{ "name": "a", "origin": { "scheme": "mysql", "host": "h", "database": "d", "user": "u", "password": "p" } }""", "MySQL")]
    [InlineData("""{ "name": "a", "origin": { "scheme": "postgres", "host": "h", "port": 70000, "database": "d", "user": "u", "password": "p" } }""", "origin.port")]
    [InlineData("""{ "name": "a", "origin": { "scheme": "postgres", "host": "h", "access_client_id": "x", "database": "d", "user": "u", "password": "p" } }""", "Access")]
    [InlineData("""{ "name": "a", "mtls": { "ca_certificate_id": "x" }, $o }""", "certificate")]
    [InlineData("""{ "name": "a", "origin_connection_limit": 1, $o }""", "origin_connection_limit")]
    public async Task What_cannot_be_connected_to_is_refused_by_name(string body, string named)
    {
        await using var control = await TestControl.StartAsync();
        var (_, message) = await control.ErrorAsync(HttpMethod.Post, Root, TestControl.Json(body.Replace("$o", Origin, StringComparison.Ordinal)));
        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.Empty(control.Probed);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_not_stored()
    {
        await using var control = await TestControl.StartAsync();
        control.ProbeFailure = new HyperdriveException(HyperdriveException.BadCredentials, "Invalid database credentials: no.");
        Assert.Equal((2013, "Invalid database credentials: no."), await control.ErrorAsync(HttpMethod.Post, Root, TestControl.Json($$"""{ "name": "mine", {{Origin}} }""")));
        Assert.Empty((await control.ResultAsync(HttpMethod.Get, Root)).AsArray());
    }

    [Fact]
    public async Task A_version_is_bound_to_what_exists_and_the_token_may_hand_out()
    {
        await using var control = await TestControl.StartAsync();
        var id = (await control.ResultAsync(HttpMethod.Post, Root, TestControl.Json($$"""{ "name": "mine", {{Origin}} }""")))["id"]!.GetValue<string>();
        var binding = $$"""[{ "type": "hyperdrive", "name": "DB", "id": "{{id}}" }]""";
        await control.DeployAsync("hello", bindings: binding);
        Assert.Equal([new HyperdriveBinding("DB", id)], control.Target.Checked.Last().Bindings);
        await control.DeployAsync("other");
        var (_, message) = await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Upload(bindings: """[{ "type": "hyperdrive", "name": "DB", "id": "nowhere" }]"""));
        Assert.Contains("\"nowhere\" does not exist", message, StringComparison.Ordinal);

        using var mine = control.ClientWith(await control.TokenAsync(TokenAccess.Edit, "hello"));
        using var others = control.ClientWith(await control.TokenAsync(TokenAccess.Edit, "other"));
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Upload(bindings: binding), mine);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/other", TestControl.Upload(bindings: binding), others)).Code);
        var (status, _) = await control.CallAsync(HttpMethod.Get, $"{Root}/{id}", client: mine);
        Assert.Equal(HttpStatusCode.Forbidden, status);
    }
}
