namespace Skep.Runtime.Fetch;

/// <summary>What a response's headers say of its body.</summary>
internal struct DeclaredBody
{
    /// <summary><c>Content-Length</c>.</summary>
    public long? Length;

    /// <summary><c>Content-Encoding</c>, several joined by ", ".</summary>
    public string? Coding;
}
