namespace Skep.EndToEnd.Tests.Examples;

/// <summary>An entry of an example's origin.json.</summary>
internal sealed record ExampleRoute
{
    public required string Method { get; init; }

    public required string Path { get; init; }

    public required OriginReply Reply { get; init; }
}

/// <summary>What the origin answers.</summary>
internal sealed record OriginReply
{
    public required int Status { get; init; }

    public Dictionary<string, string> Headers { get; init; } = [];

    public IReadOnlyList<string> Chunks { get; init; } = [];

    public OriginEcho? Echo { get; init; }
}

/// <summary>What of the request comes back.</summary>
internal sealed record OriginEcho
{
    public IReadOnlyList<string> Headers { get; init; } = [];

    public bool Body { get; init; }
}
