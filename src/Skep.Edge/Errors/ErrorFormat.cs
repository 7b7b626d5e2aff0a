namespace Skep.Edge.Errors;

/// <summary>How an error is shown, by what the client accepts.</summary>
internal enum ErrorFormat
{
    /// <summary>A line, for terminals and everything that does not say.</summary>
    Text,

    /// <summary>A page, for browsers.</summary>
    Html,

    /// <summary>For programs that ask for JSON.</summary>
    Json,
}
