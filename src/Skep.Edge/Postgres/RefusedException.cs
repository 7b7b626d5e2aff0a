namespace Skep.Edge.Postgres;

/// <summary>What a client asks for is refused, and its session ends.</summary>
internal sealed class RefusedException(string code, string message) : Exception(message)
{
    /// <summary>What it is told.</summary>
    public ServerError Error { get; } = new(code, message);
}
