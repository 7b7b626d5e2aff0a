using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Skep.Storage.Assets;

namespace Skep.Control.Tests.Assets;

/// <summary>Uploads assets as wrangler does. Hashes are those of the content and extension: some that wrangler computed.</summary>
internal static class AssetClient
{
    /// <summary>Begins an upload of files that are known by name.</summary>
    public static Task<JsonNode> BeginAsync(this TestControl control, string script, params TestAsset[] files) =>
        control.ResultAsync(HttpMethod.Post, $"workers/scripts/{script}/assets-upload-session", TestControl.Json(Manifest(files)));

    public static string Manifest(params TestAsset[] files) => new JsonObject
    {
        ["manifest"] = new JsonObject(files.Select(file => KeyValuePair.Create<string, JsonNode?>(file.Path, new JsonObject { ["hash"] = file.Hash, ["size"] = file.Size }))),
    }.ToJsonString();

    /// <summary>Sends files with the token of an upload.</summary>
    public static async Task<(HttpStatusCode Status, JsonObject Envelope)> SendAsync(this TestControl control, string token, params TestAsset[] files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var file in files)
        {
            var part = new ByteArrayContent(Encoding.ASCII.GetBytes(file.Base64));
            part.Headers.TryAddWithoutValidation("Content-Type", file.Type);
            form.Add(part, $"\"{file.Hash}\"", $"\"{file.Hash}\"");
        }

        return await control.SendAsync(token, form);
    }

    public static async Task<(HttpStatusCode Status, JsonObject Envelope)> SendAsync(this TestControl control, string token, HttpContent body, string query = "?base64=true")
    {
        using var client = control.ClientWith(token);
        return await control.CallAsync(HttpMethod.Post, "workers/assets/upload" + query, body, client);
    }

    /// <summary>Uploads everything; returns the token that says so.</summary>
    public static async Task<string> UploadAsync(this TestControl control, string script, params TestAsset[] files)
    {
        var session = await control.BeginAsync(script, files);
        var token = session["jwt"]!.GetValue<string>();
        foreach (var bucket in session["buckets"]!.AsArray())
        {
            var wanted = bucket!.AsArray().Select(hash => files.First(file => file.Hash == hash!.GetValue<string>())).ToArray();
            var (_, envelope) = await control.SendAsync(session["jwt"]!.GetValue<string>(), wanted);
            token = envelope["result"]!["jwt"]?.GetValue<string>() ?? token;
        }

        return token;
    }

    /// <summary>Deploys a script with assets.</summary>
    public static async Task<string> DeployAssetsAsync(this TestControl control, string script, string token, string config = "{}", bool worker = true)
    {
        var assets = $$"""{ "jwt": "{{token}}", "config": {{config}} }""";
        var body = worker ? TestControl.Upload(more: $"\"assets\": {assets}") : TestControl.Multipart($$"""{ "assets": {{assets}}, "compatibility_date": "2025-01-01" }""");
        return (await control.ResultAsync(HttpMethod.Put, $"workers/scripts/{script}", body))["deployment_id"]!.GetValue<string>();
    }
}

/// <summary>A file to upload.</summary>
internal sealed record TestAsset(string Path, string Content, string Type = "text/plain; charset=utf-8")
{
    public string Hash { get; init; } = AssetHash.Of(Path, Encoding.UTF8.GetBytes(Content));

    public long Size { get; init; } = Encoding.UTF8.GetByteCount(Content);

    public string Base64 { get; init; } = Convert.ToBase64String(Encoding.UTF8.GetBytes(Content));
}
