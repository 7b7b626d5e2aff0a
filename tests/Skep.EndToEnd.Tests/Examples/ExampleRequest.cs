using System.Text.Json;

namespace Skep.EndToEnd.Tests.Examples;

/// <summary>An entry of an example's requests.json; examples/README.md says what each part means.</summary>
internal sealed record ExampleRequest
{
    public string? Name { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public Dictionary<string, string> Headers { get; init; } = [];

    public string? Body { get; init; }

    public required ExpectedResponse Expect { get; init; }

    public override string ToString() => $"{Method} {Path}{(Name is null ? "" : $" ({Name})")}";
}

/// <summary>What the answer to it must be.</summary>
internal sealed record ExpectedResponse
{
    public required int Status { get; init; }

    public Dictionary<string, string?> Headers { get; init; } = [];

    public string? Body { get; init; }

    public JsonElement? Json { get; init; }
}
