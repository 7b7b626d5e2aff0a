using Skep.Control.Tails;

namespace Skep.Control.Tests.Tails;

/// <summary>Which Workers take a script's traces.</summary>
public sealed class TailConsumerTests
{
    private const string ToLogger = """ "tail_consumers": [{ "service": "logger" }] """;

    [Fact]
    public async Task An_upload_or_settings_name_them_and_later_versions_keep_them()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("logger");
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/shop", TestControl.Upload(more: ToLogger));
        Assert.Equal(["logger"], TailConsumerSettings.Of((await control.Catalog.FindScriptAsync("shop"))!));
        await control.DeployAsync("shop");
        Assert.Equal("""[{"service":"logger"}]""", (await control.ResultAsync(HttpMethod.Get, "workers/scripts/shop/script-settings"))["tail_consumers"]!.ToJsonString());
        Assert.Equal("""[{"producer":{"script":"shop"}}]""", (await control.ResultAsync(HttpMethod.Get, "workers/tails/by-consumer/logger")).ToJsonString());
        await control.ResultAsync(HttpMethod.Patch, "workers/scripts/shop/script-settings", TestControl.Json("""{ "tail_consumers": [] }"""));
        Assert.Empty(TailConsumerSettings.Of((await control.Catalog.FindScriptAsync("shop"))!));
        await control.ResultAsync(HttpMethod.Patch, "workers/scripts/shop/script-settings", TestControl.Json($"{{{ToLogger}}}"));
        Assert.Equal(["logger"], TailConsumerSettings.Of((await control.Catalog.FindScriptAsync("shop"))!));
    }

    [Theory]
    [InlineData(""" "tail_consumers": [{ "service": "shop" }] """, 10021, "The Worker \"shop\" cannot be its own tail Worker: what it does with its traces would make further ones. Use another Worker.")]
    [InlineData(""" "tail_consumers": [{ "service": "nobody" }] """, 10143, "The tail Worker 'nobody' was not found. Deploy it first.")]
    [InlineData(""" "tail_consumers": [{ "service": "logger", "environment": "staging" }] """, 10144, "The tail Worker 'logger' has no environment 'staging'.")]
    [InlineData(""" "tail_consumers": [{}] """, 10004, "\"service\" is missing.")]
    [InlineData(""" "streaming_tail_consumers": [{ "service": "logger" }] """, 10501, "Streaming tail Workers (\"streaming_tail_consumers\"): Skep does not have this yet.")]
    public async Task What_cannot_be_one_is_refused_in_uploads_and_settings(string settings, int code, string message)
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("logger");
        await control.DeployAsync("shop");
        Assert.Equal((code, message), await control.ErrorAsync(HttpMethod.Put, "workers/scripts/shop", TestControl.Upload(more: settings)));
        Assert.Equal((code, message), await control.ErrorAsync(HttpMethod.Patch, "workers/scripts/shop/script-settings", TestControl.Json($"{{{settings}}}")));
        Assert.Equal((code, message), await control.ErrorAsync(HttpMethod.Patch, "workers/scripts/shop/settings", TestControl.Json($"{{{settings}}}")));
        Assert.Empty(TailConsumerSettings.Of((await control.Catalog.FindScriptAsync("shop"))!));
    }
}
