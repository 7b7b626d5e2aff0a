using System.Net;
using Skep.Abstractions.Catalog;

namespace Skep.Control.Tests.Auth;

public sealed class TokenTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("skep_wrong")]
    public async Task Without_a_known_token_nothing_is_answered(string? token)
    {
        await using var control = await TestControl.StartAsync();
        using var client = control.ClientWith(token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await control.CallAsync(HttpMethod.Get, "workers/scripts", client: client)).Status);
        Assert.Equal(9109, (await control.ErrorAsync(HttpMethod.Get, "/accounts", client: client)).Code);
        Assert.Equal(9109, (await control.ErrorAsync(HttpMethod.Get, "/whatever", client: client)).Code);
    }

    [Fact]
    public async Task A_token_may_come_as_a_key()
    {
        await using var control = await TestControl.StartAsync();
        using var client = control.ClientWith(null);
        client.DefaultRequestHeaders.Add("X-Auth-Key", await control.TokenAsync(TokenAccess.Read));
        Assert.Equal(HttpStatusCode.OK, (await control.CallAsync(HttpMethod.Get, "/user", client: client)).Status);
    }

    [Fact]
    public async Task A_token_that_may_read_cannot_change()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        using var client = control.ClientWith(await control.TokenAsync(TokenAccess.Read));
        Assert.Equal(HttpStatusCode.OK, (await control.CallAsync(HttpMethod.Get, "workers/scripts/hello/secrets", client: client)).Status);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Delete, "workers/services/hello", client: client)).Code);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/other", TestControl.Upload(), client)).Code);
        Assert.NotNull(await control.Catalog.FindScriptAsync("hello"));
    }

    [Fact]
    public async Task A_token_for_one_worker_opens_no_other()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("mine");
        await control.DeployAsync("other");
        using var client = control.ClientWith(await control.TokenAsync(TokenAccess.Edit, "mine"));
        Assert.Equal(HttpStatusCode.OK, (await control.CallAsync(HttpMethod.Put, "workers/scripts/mine", TestControl.Upload(), client)).Status);
        foreach (var path in new[] { "workers/scripts/other/secrets", "workers/services/other", "workers/workers/other", "workers/scripts/other/versions" })
            Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Get, path, client: client)).Code);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/other", TestControl.Upload(), client)).Code);
    }

    [Fact]
    public async Task A_revoked_token_opens_nothing()
    {
        await using var control = await TestControl.StartAsync();
        var token = Assert.Single(await control.Catalog.ListTokensAsync());
        await control.Catalog.RevokeTokenAsync(token.Id, new AuditEntry(control.Time.GetUtcNow(), "test", "token.revoke", token.Id));
        Assert.Equal(9109, (await control.ErrorAsync(HttpMethod.Get, "/user")).Code);
    }

    [Fact]
    public async Task Whoever_guesses_must_wait()
    {
        await using var control = await TestControl.StartAsync(options => options with { RejectedTokensPerMinute = 3 });
        using var guessing = control.ClientWith("skep_guess");
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await control.CallAsync(HttpMethod.Get, "/user", client: guessing)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await control.CallAsync(HttpMethod.Get, "/user", client: guessing)).Status);
        control.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await control.CallAsync(HttpMethod.Get, "/user", client: guessing)).Status);
    }

    [Fact]
    public async Task Another_account_is_not_here()
    {
        await using var control = await TestControl.StartAsync();
        var (code, message) = await control.ErrorAsync(HttpMethod.Get, "/accounts/ffffffffffffffffffffffffffffffff/workers/scripts");
        Assert.Equal(7003, code);
        Assert.Contains(TestControl.Account, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_call_says_so_in_the_envelope()
    {
        await using var control = await TestControl.StartAsync();
        Assert.Equal(7003, (await control.ErrorAsync(HttpMethod.Get, "nothing/of/the/kind")).Code);
        Assert.Equal(7003, (await control.ErrorAsync(HttpMethod.Post, "workers/scripts/hello/nothing", TestControl.Json("{}"))).Code);
    }
}
