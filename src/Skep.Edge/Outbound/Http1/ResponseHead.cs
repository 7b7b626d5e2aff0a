namespace Skep.Edge.Outbound.Http1;

/// <summary>The head of a response.</summary>
internal sealed class ResponseHead
{
    /// <summary>The status code, 100 to 999.</summary>
    public required int Status { get; init; }

    /// <summary>The reason phrase, or an empty string.</summary>
    public required string Reason { get; init; }

    /// <summary>1 for HTTP/1.1, 0 for HTTP/1.0.</summary>
    public required int MinorVersion { get; init; }

    /// <summary>name, value, name, value…, names in lower case; without those that belong to the connection.</summary>
    public List<string> Headers { get; } = new(32);

    /// <summary>The Content-Length, when there is one.</summary>
    public long? ContentLength { get; set; }

    /// <summary>The body comes in chunks.</summary>
    public bool IsChunked { get; set; }

    /// <summary>The origin closes the connection after this response.</summary>
    public bool Closes { get; set; }

    /// <summary>The protocol that it switches to, when it does.</summary>
    public string? Upgrade { get; set; }

    /// <summary>An interim response, which another one follows (https://www.rfc-editor.org/rfc/rfc9110#section-15.2).</summary>
    public bool IsInterim => Status is >= 100 and < 200 and not 101;

    /// <summary>Adds a header that the worker may see.</summary>
    public void Add(string name, string value)
    {
        Headers.Add(name);
        Headers.Add(value);
    }
}
