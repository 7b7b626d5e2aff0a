using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;

namespace Skep.Control.Tests.Kv;

public sealed class KvValueTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("a/b c")]
    [InlineData("a%2Fb")]
    [InlineData("ü?#&=+")]
    public async Task A_value_comes_back_as_it_went_in_under_any_key(string key)
    {
        await using var control = await TestControl.StartAsync();
        var values = await ValuesAsync(control);
        byte[] bytes = [0, 1, 255, 13, 10];
        await control.ResultAsync(HttpMethod.Put, values + Uri.EscapeDataString(key), new ByteArrayContent(bytes));
        Assert.Equal(bytes, await control.BytesAsync(values + Uri.EscapeDataString(key)));
        var listed = await control.ResultAsync(HttpMethod.Get, values.Replace("values/", "keys", StringComparison.Ordinal));
        Assert.Equal(key, Assert.Single(listed.AsArray())!["name"]!.GetValue<string>());
        await control.ResultAsync(HttpMethod.Delete, values + Uri.EscapeDataString(key));
        Assert.Equal(10009, (await control.ErrorAsync(HttpMethod.Get, values + Uri.EscapeDataString(key))).Code);
    }

    [Fact]
    public async Task Metadata_and_expiration_are_stored_beside_it()
    {
        await using var control = await TestControl.StartAsync();
        var values = await ValuesAsync(control);
        using var form = new MultipartFormDataContent { { new StringContent("text"), "value" }, { new StringContent("""{ "a": 1 }"""), "metadata" } };
        await control.ResultAsync(HttpMethod.Put, values + "a?expiration_ttl=100", form);
        Assert.Equal("text", Encoding.UTF8.GetString(await control.BytesAsync(values + "a")));
        var key = (await control.ResultAsync(HttpMethod.Get, values.Replace("values/", "keys", StringComparison.Ordinal)))[0]!;
        Assert.Equal("""{"a":1}""", key["metadata"]!.ToJsonString());
        Assert.Equal(control.Time.GetUtcNow().ToUnixTimeSeconds() + 100, key["expiration"]!.GetValue<long>());
        Assert.Equal("""{"a":1}""", (await control.ResultAsync(HttpMethod.Get, values.Replace("values/", "metadata/a", StringComparison.Ordinal))).ToJsonString());
        control.Time.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(10009, (await control.ErrorAsync(HttpMethod.Get, values + "a")).Code);
    }

    [Fact]
    public async Task A_form_may_carry_bytes()
    {
        await using var control = await TestControl.StartAsync();
        var values = await ValuesAsync(control);
        byte[] bytes = [0, 255, 1];
        using var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), "value", "blob" }, { new StringContent("1"), "metadata" } };
        await control.ResultAsync(HttpMethod.Put, values + "a", form);
        Assert.Equal(bytes, await control.BytesAsync(values + "a"));
    }

    [Theory]
    [InlineData("a?expiration_ttl=59", "Invalid expiration_ttl of 59. Expiration TTL must be at least 60.")]
    [InlineData("a?expiration=1", "Invalid expiration of 1.")]
    [InlineData("a?expiration_ttl=soon", "Invalid expiration_ttl of soon.")]
    public async Task An_expiration_that_cannot_be_is_refused(string path, string message)
    {
        await using var control = await TestControl.StartAsync();
        var values = await ValuesAsync(control);
        Assert.Contains(message, (await control.ErrorAsync(HttpMethod.Put, values + path, new StringContent("x"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_long_is_refused()
    {
        await using var control = await TestControl.StartAsync();
        var values = await ValuesAsync(control);
        Assert.Contains("exceeds limit of 26214400", (await control.ErrorAsync(HttpMethod.Put, values + "a", new ByteArrayContent(new byte[(25 << 20) + 1]))).Message, StringComparison.Ordinal);
        Assert.Contains("key length limit", (await control.ErrorAsync(HttpMethod.Put, values + new string('k', 513), new StringContent("x"))).Message, StringComparison.Ordinal);
        using var form = new MultipartFormDataContent { { new StringContent("x"), "value" }, { new StringContent($"\"{new string('m', 1100)}\""), "metadata" } };
        Assert.Contains("Metadata length", (await control.ErrorAsync(HttpMethod.Put, values + "a", form)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_listed_in_pages_by_prefix()
    {
        await using var control = await TestControl.StartAsync();
        var values = await ValuesAsync(control);
        var pairs = new JsonArray([.. Enumerable.Range(0, 25).Select(number => new JsonObject { ["key"] = $"p/{number:00}", ["value"] = "x" }), new JsonObject { ["key"] = "other", ["value"] = "x" }]);
        await control.ResultAsync(HttpMethod.Put, values.Replace("values/", "bulk", StringComparison.Ordinal), TestControl.Json(pairs.ToJsonString()));
        var keys = values.Replace("values/", "keys", StringComparison.Ordinal);
        List<string> names = [];
        for (string? cursor = ""; cursor is not null;)
        {
            var (_, page) = await control.CallAsync(HttpMethod.Get, $"{keys}?prefix=p%2F&limit=10{(cursor.Length > 0 ? "&cursor=" + cursor : "")}");
            names.AddRange(page["result"]!.AsArray().Select(key => key!["name"]!.GetValue<string>()));
            cursor = page["result_info"]!["cursor"]!.GetValue<string>() is { Length: > 0 } next ? next : null;
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(number => $"p/{number:00}"), names);
        Assert.Equal(10004, (await control.ErrorAsync(HttpMethod.Get, keys + "?limit=9")).Code);
        Assert.Contains("Invalid cursor", (await control.ErrorAsync(HttpMethod.Get, keys + "?cursor=%25")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_are_stored_read_and_removed_at_once()
    {
        await using var control = await TestControl.StartAsync();
        var values = await ValuesAsync(control);
        var bulk = values.Replace("values/", "bulk", StringComparison.Ordinal);
        var stored = await control.ResultAsync(HttpMethod.Put, bulk, TestControl.Json(
            """[{ "key": "a", "value": "1", "metadata": { "m": 1 } }, { "key": "b", "value": "AP8=", "base64": true }, { "key": "c", "value": "{\"x\":1}", "expiration_ttl": 60 }]"""));
        Assert.Equal(3, stored["successful_key_count"]!.GetValue<int>());
        Assert.Equal([0, 255], await control.BytesAsync(values + "b"));
        var read = await control.ResultAsync(HttpMethod.Post, bulk + "/get", TestControl.Json("""{ "keys": ["a", "none", "c"] }"""));
        Assert.Equal("""{"values":{"a":"1","none":null,"c":"{\u0022x\u0022:1}"}}""", read.ToJsonString());
        var withMetadata = await control.ResultAsync(HttpMethod.Post, bulk + "/get", TestControl.Json("""{ "keys": ["a"], "withMetadata": true, "type": "json" }"""));
        Assert.Equal("""{"values":{"a":{"value":1,"metadata":{"m":1}}}}""", withMetadata.ToJsonString());
        await control.ResultAsync(HttpMethod.Delete, bulk, TestControl.Json("""["a", "b", "none"]"""));
        await control.ResultAsync(HttpMethod.Post, bulk + "/delete", TestControl.Json("""[{ "name": "c" }]"""));
        Assert.Empty((await control.ResultAsync(HttpMethod.Get, values.Replace("values/", "keys", StringComparison.Ordinal))).AsArray());
    }

    [Theory]
    [InlineData("""[{ "key": "good", "value": "1" }, { "key": "", "value": "1" }]""", "Key names must not be empty")]
    [InlineData("""[{ "key": "good", "value": "1" }, { "key": "b", "value": "%", "base64": true }]""", "no base64")]
    [InlineData("""[{ "key": "good", "value": "1" }, { "key": "b" }]""", "has no \"value\"")]
    [InlineData("""[{ "key": "good", "value": "1" }, null]""", "must be an object")]
    [InlineData("""[{ "key": "good", "value": "1" }, {""", "must be an array")]
    [InlineData("""{ "key": "good", "value": "1" }""", "must be an array")]
    public async Task A_batch_with_a_mistake_stores_nothing(string body, string message)
    {
        await using var control = await TestControl.StartAsync();
        var values = await ValuesAsync(control);
        var error = await control.ErrorAsync(HttpMethod.Put, values.Replace("values/", "bulk", StringComparison.Ordinal), TestControl.Json(body));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(10009, (await control.ErrorAsync(HttpMethod.Get, values + "good")).Code);
    }

    [Fact]
    public async Task A_token_that_may_read_reads_many_at_once_too()
    {
        await using var control = await TestControl.StartAsync();
        var values = await ValuesAsync(control);
        var bulk = values.Replace("values/", "bulk", StringComparison.Ordinal);
        using var reader = control.ClientWith(await control.TokenAsync(TokenAccess.Read));
        await control.ResultAsync(HttpMethod.Post, bulk + "/get", TestControl.Json("""{ "keys": ["a"] }"""), reader);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Post, bulk + "/delete", TestControl.Json("""["a"]"""), reader)).Code);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Put, values + "a", new StringContent("x"), reader)).Code);
    }

    private static async Task<string> ValuesAsync(TestControl control) => $"storage/kv/namespaces/{await control.KvNamespaceAsync("test")}/values/";
}
