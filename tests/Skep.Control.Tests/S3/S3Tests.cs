using System.Globalization;
using System.Net;
using System.Text;
using Skep.Abstractions.Catalog;
using Skep.Control.Auth;
using Skep.Control.S3;

namespace Skep.Control.Tests.S3;

/// <summary>Who may call the S3 API, and how. A real client is tried by the end-to-end tests.</summary>
public sealed class S3Tests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_a_key()
    {
        await using var control = await TestControl.StartAsync();
        var key = await KeyAsync(control, TokenAccess.Edit);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(control, key, HttpMethod.Put, "/files")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(control, key, HttpMethod.Put, "/files/a%20b/%C3%BC%2B", "hello")).Status);
        Assert.Equal((HttpStatusCode.OK, "hello"), await SendAsync(control, key, HttpMethod.Get, "/files/a%20b/%C3%BC%2B"));
        Assert.Contains("<Key>a b/ü+</Key>", (await SendAsync(control, key, HttpMethod.Get, "/files?list-type=2&prefix=a%20b")).Body, StringComparison.Ordinal);

        // The same buckets as everywhere else.
        Assert.Equal("a b/ü+", (await control.ResultAsync(HttpMethod.Get, "r2/buckets/files/objects"))[0]!["key"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_a_key_may_not_is_denied()
    {
        await using var control = await TestControl.StartAsync();
        await control.ResultAsync(HttpMethod.Post, "r2/buckets", TestControl.Json("""{ "name": "files" }"""));
        var reader = await KeyAsync(control, TokenAccess.Read);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(control, reader, HttpMethod.Get, "/files")).Status);
        Assert.Contains("may read only", (await SendAsync(control, reader, HttpMethod.Put, "/files/a", "x")).Body, StringComparison.Ordinal);
        var limited = await KeyAsync(control, TokenAccess.Edit, "hello");
        Assert.Contains("not for R2 buckets", (await SendAsync(control, limited, HttpMethod.Get, "/files")).Body, StringComparison.Ordinal);
        Assert.Contains("<Code>SignatureDoesNotMatch</Code>", (await SendAsync(control, reader with { Secret = "other" }, HttpMethod.Get, "/files")).Body, StringComparison.Ordinal);
        Assert.Contains("<Code>InvalidAccessKeyId</Code>", (await SendAsync(control, reader with { Id = "other" }, HttpMethod.Get, "/files")).Body, StringComparison.Ordinal);
        Assert.Contains("<Code>RequestTimeTooSkewed</Code>", (await SendAsync(control, reader, HttpMethod.Get, "/files", age: TimeSpan.FromMinutes(16))).Body, StringComparison.Ordinal);
        Assert.Contains("<Code>XAmzContentSHA256Mismatch</Code>", (await SendAsync(control, await KeyAsync(control, TokenAccess.Edit), HttpMethod.Put, "/files/a", "x", hash: new string('0', 64))).Body, StringComparison.Ordinal);
        Assert.Contains("<Code>NotImplemented</Code>", (await SendAsync(control, reader, HttpMethod.Get, "/files?acl=")).Body, StringComparison.Ordinal);
        Assert.Contains("<Code>NoSuchBucket</Code>", (await SendAsync(control, reader, HttpMethod.Get, "/nowhere")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Presigned_URLs_open_one_object_for_a_while()
    {
        await using var control = await TestControl.StartAsync();
        var key = await KeyAsync(control, TokenAccess.Edit);
        await SendAsync(control, key, HttpMethod.Put, "/files");
        await SendAsync(control, key, HttpMethod.Put, "/files/a", "hello");
        using var anyone = control.ClientWith(null);
        Assert.Equal("hello", await anyone.GetStringAsync(new Uri(Presign(control, key, "/files/a", 60), UriKind.Relative), Cancellation));
        Assert.Equal(HttpStatusCode.Forbidden, (await anyone.GetAsync(new Uri(Presign(control, key, "/files/a", 60) + "0", UriKind.Relative), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await anyone.GetAsync(new Uri(Presign(control, key, "/files/a", 604_801), UriKind.Relative), Cancellation)).StatusCode);
        var url = Presign(control, key, "/files/a", 60);
        control.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Contains("Request has expired", await (await anyone.GetAsync(new Uri(url, UriKind.Relative), Cancellation)).Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hosts_of_the_account_are_for_S3()
    {
        await using var control = await TestControl.StartAsync();
        var key = await KeyAsync(control, TokenAccess.Edit);
        var host = $"{TestControl.Account}.r2.localhost";
        await SendAsync(control, key, HttpMethod.Put, "/files", host: host);
        await SendAsync(control, key, HttpMethod.Put, "/a/b", "hello", host: $"files.{host}");
        Assert.Equal((HttpStatusCode.OK, "hello"), await SendAsync(control, key, HttpMethod.Get, "/files/a/b", host: host));
        using var anyone = control.ClientWith(null);
        using HttpRequestMessage unsigned = new(HttpMethod.Get, "/files/a/b");
        unsigned.Headers.Host = host;
        using var denied = await anyone.SendAsync(unsigned, Cancellation);
        Assert.Contains("<Code>AccessDenied</Code>", await denied.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_other_origins_may_what_the_rules_say()
    {
        await using var control = await TestControl.StartAsync();
        await control.ResultAsync(HttpMethod.Post, "r2/buckets", TestControl.Json("""{ "name": "files" }"""));
        await control.ResultAsync(HttpMethod.Put, "r2/buckets/files/cors", TestControl.Json(
            """{ "rules": [{ "allowed": { "origins": ["https://*.example"], "methods": ["PUT", "GET"], "headers": ["content-type"] }, "exposeHeaders": ["ETag"], "maxAgeSeconds": 7 }] }"""));
        var allowed = await PreflightAsync(control, "https://a.example", "content-type");
        Assert.Equal((HttpStatusCode.OK, "https://a.example", "PUT, GET", "7"), (
            allowed.StatusCode, allowed.Headers.GetValues("Access-Control-Allow-Origin").Single(), allowed.Headers.GetValues("Access-Control-Allow-Methods").Single(), allowed.Headers.GetValues("Access-Control-Max-Age").Single()));
        Assert.Equal(HttpStatusCode.Forbidden, (await PreflightAsync(control, "https://a.other", "content-type")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PreflightAsync(control, "https://a.example", "x-other")).StatusCode);
    }

    private static async Task<HttpResponseMessage> PreflightAsync(TestControl control, string origin, string headers)
    {
        using var client = control.ClientWith(null);
        using HttpRequestMessage request = new(HttpMethod.Options, "/files/a");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "PUT");
        request.Headers.Add("Access-Control-Request-Headers", headers);
        return await client.SendAsync(request, Cancellation);
    }

    private static async Task<Key> KeyAsync(TestControl control, TokenAccess access, params string[] scripts)
    {
        var hash = TokenSecret.Hash(await control.TokenAsync(access, [.. scripts]));
        return new Key((await control.Catalog.FindByHashAsync(hash))!.Id, Convert.ToHexStringLower(hash));
    }

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(
        TestControl control, Key key, HttpMethod method, string target, string? body = null, TimeSpan age = default, string? hash = null, string? host = null)
    {
        using var client = control.ClientWith(null);
        using HttpRequestMessage request = new(method, new Uri(client.BaseAddress!, target));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "text/plain");
        if (host is not null) request.Headers.Host = host;
        var time = Time(control, age);
        var payload = hash ?? S3Signature.Hash(Encoding.UTF8.GetBytes(body ?? ""));
        request.Headers.Add("x-amz-date", time);
        request.Headers.Add("x-amz-content-sha256", payload);
        var split = target.Split('?');
        var canonical = $"{method}\n{split[0]}\n{(split.Length > 1 ? split[1] : "")}\nhost:{host ?? client.BaseAddress!.Authority}\nx-amz-content-sha256:{payload}\nx-amz-date:{time}\n\nhost;x-amz-content-sha256;x-amz-date\n{payload}";
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={key.Id}/{time[..8]}/auto/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={Sign(key, time, canonical)}");
        using var response = await client.SendAsync(request, Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    private static string Presign(TestControl control, Key key, string path, int seconds)
    {
        using var client = control.ClientWith(null);
        var time = Time(control, default);
        var query = $"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={key.Id}%2F{time[..8]}%2Fauto%2Fs3%2Faws4_request&X-Amz-Date={time}&X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host";
        return $"{path}?{query}&X-Amz-Signature={Sign(key, time, $"GET\n{path}\n{query}\nhost:{client.BaseAddress!.Authority}\n\nhost\nUNSIGNED-PAYLOAD")}";
    }

    private static string Sign(Key key, string time, string canonical) => S3Signature.Sign(
        S3Signature.DeriveKey(key.Secret, time[..8], "auto", "s3"), $"AWS4-HMAC-SHA256\n{time}\n{time[..8]}/auto/s3/aws4_request\n{S3Signature.Hash(Encoding.UTF8.GetBytes(canonical))}");

    private static string Time(TestControl control, TimeSpan age) => (control.Time.GetUtcNow() - age).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private sealed record Key(string Id, string Secret);
}
