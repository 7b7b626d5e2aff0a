using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Skep.EndToEnd.Tests.Examples;

/// <summary>Every example, served by a real <c>skep dev</c>, answers what its requests.json says.</summary>
public sealed class ExampleTests
{
    private static readonly HttpMessageInvoker Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public static TheoryData<string> Names => new(Example.Names);

    [Fact]
    public void TheIssuesExamplesAreThere() =>
        Assert.Superset(new HashSet<string>(["hello", "json-api", "hono", "streaming-proxy", "wasm", "jwt"]), Example.Names.ToHashSet());

    [Theory]
    [MemberData(nameof(Names))]
    public async Task AnswersAsDescribed(string name)
    {
        var cancellation = TestContext.Current.CancellationToken;
        Example example = new(name);
        await example.InstallPackages(cancellation);
        await using var origin = example.Origin is { } routes ? await ExampleOrigin.Start(routes) : null;
        string[] variables = origin is null ? [] : ["--var", $"ORIGIN:{origin.Url}"];

        await using var server = await ServerProcess.Start(cancellation, ["dev", example.Folder, .. variables]);
        var mistakes = new List<string>();
        foreach (var request in example.Requests) mistakes.AddRange(await Mistakes(server, request, cancellation));
        Assert.True(mistakes.Count == 0, $"{string.Join('\n', mistakes)}\n\nskep printed:\n{server.Output}");
    }

    private static async Task<IEnumerable<string>> Mistakes(ServerProcess server, ExampleRequest request, CancellationToken cancellation)
    {
        // The target goes out as written: Uri would decode some of its escapes.
        UriCreationOptions verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };
        using HttpRequestMessage message = new(HttpMethod.Parse(request.Method), new Uri($"http://127.0.0.1:{server.Port}{request.Path}", verbatim));
        if (request.Body is not null)
        {
            message.Content = new StringContent(request.Body);
            message.Content.Headers.ContentType = null;
        }

        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content!.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(message, cancellation);
        // As bytes: reading a string would parse, and so rewrite, the Content-Type that is compared.
        var body = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellation));
        return Differences(request.Expect, response, body).Select(difference => $"{request}: {difference}");
    }

    private static IEnumerable<string> Differences(ExpectedResponse expected, HttpResponseMessage response, string body)
    {
        if ((int)response.StatusCode != expected.Status) yield return $"status {(int)response.StatusCode}, expected {expected.Status}: {body}";
        foreach (var (name, value) in expected.Headers)
        {
            var actual = HeaderOf(response, name);
            if (actual != value) yield return $"{name} is {Quoted(actual)}, expected {Quoted(value)}";
        }

        if (expected.Body is { } text && body != text) yield return $"body {Quoted(body)}, expected {Quoted(text)}";
        if (expected.Json is { } json && !SameJson(body, json)) yield return $"body {body}, expected {json}";
    }

    private static string? HeaderOf(HttpResponseMessage response, string name)
    {
        var found = response.Headers.NonValidated.TryGetValues(name, out var values) ||
            response.Content.Headers.NonValidated.TryGetValues(name, out values);
        return found ? string.Join(", ", values) : null;
    }

    private static bool SameJson(string body, JsonElement expected)
    {
        try
        {
            return JsonNode.DeepEquals(JsonNode.Parse(body), JsonSerializer.SerializeToNode(expected));
        }
        catch (JsonException)
        {
            return false; // the difference shows the body
        }
    }

    private static string Quoted(string? value) => value is null ? "absent" : JsonSerializer.Serialize(value);
}
