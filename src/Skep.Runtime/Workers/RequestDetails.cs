namespace Skep.Runtime.Workers;

/// <summary>What a request's handler may still read after the response has ended and the connection moved on.</summary>
internal sealed record RequestDetails(string Method, string Url, List<string> Headers, string? Cf);
