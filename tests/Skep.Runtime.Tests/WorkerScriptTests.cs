using System.Text;
using System.Text.Json;
using Skep.Abstractions.Workers;

namespace Skep.Runtime.Tests;

/// <summary>The checks that workers make of their own runtime: each <c>tests/workers/AREA/NAME.test.js</c> answers with an
/// object of check → "pass" or what went wrong. What they share is the module <c>"test"</c> (<c>tests/workers/test.js</c>).
/// A first line <c>// compatibility_flags: a, b</c> sets flags, <c>// bindings: kv_namespace NAME</c> binds.</summary>
public sealed class WorkerScriptTests
{
    private const string OldestDate = "2021-11-02";

    private static readonly string Folder = TestRuntime.InTree("tests", "workers");

    public static TheoryData<string, string> Scripts()
    {
        TheoryData<string, string> rows = [];
        string[] dates = [OldestDate, new WorkerVersion { Name = "", MainModule = "", Modules = [] }.CompatibilityDate];
        foreach (var file in Directory.EnumerateFiles(Folder, "*.test.js", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (var date in dates) rows.Add(Path.GetRelativePath(Folder, file), date);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Passes_its_checks(string script, string compatibilityDate)
    {
        var text = await ReadAsync(script);
        var shared = TestWorker.Module("test", await ReadAsync("test.js"));
        await using var worker = await TestWorker.StartAsync(
            text, with: version => version with { CompatibilityDate = compatibilityDate, CompatibilityFlags = [.. FirstLine(text, "compatibility_flags")], Bindings = [.. FirstLine(text, "bindings").Select(Bind)], Modules = [.. version.Modules, shared] });
        var response = await worker.GetAsync();
        Assert.True(response.Status == 200, response.ToString());
        var results = JsonSerializer.Deserialize<Dictionary<string, string>>(response.Body)!;
        Assert.NotEmpty(results);
        StringBuilder failures = new();
        foreach (var (check, result) in results)
        {
            if (result != "pass") failures.Append('\n').Append(check).Append(": ").Append(result);
        }

        Assert.True(failures.Length == 0, $"{script} at {compatibilityDate}:{failures}");
    }

    private static Task<string> ReadAsync(string script) => File.ReadAllTextAsync(Path.Combine(Folder, script), TestContext.Current.CancellationToken);

    private static string[] FirstLine(string text, string about)
    {
        var start = $"// {about}:";
        return text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..text.IndexOf('\n', StringComparison.Ordinal)].Split(',', StringSplitOptions.TrimEntries) : [];
    }

    private static Binding Bind(string what) => what.Split(' ') switch
    {
        ["kv_namespace", var name] => new KvNamespaceBinding(name, $"id of {name}"),
        ["d1", var name] => new D1DatabaseBinding(name, $"id of {name}"),
        ["ratelimit", var name] => new RateLimitBinding(name, "shared", 3, 60),
        _ => throw new ArgumentException($"\"{what}\" is no binding that tests have.", nameof(what)),
    };
}
