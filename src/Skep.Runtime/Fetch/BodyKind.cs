namespace Skep.Runtime.Fetch;

/// <summary>How an outgoing body is given to the host; the numbers are those of <c>js/fetch/ops.ts</c>.</summary>
internal enum BodyKind
{
    /// <summary>No body.</summary>
    None,

    /// <summary>A string, sent as UTF-8.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>A body of the host's, by number.</summary>
    HostBody,

    /// <summary>A sink that JavaScript writes to, by number.</summary>
    Sink,
}
