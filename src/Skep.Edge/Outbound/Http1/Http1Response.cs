namespace Skep.Edge.Outbound.Http1;

/// <summary>A response whose head has been received.</summary>
internal readonly struct Http1Response
{
    private readonly Http1Exchange _exchange;

    public Http1Response(Http1Exchange exchange, ResponseHead head)
    {
        (_exchange, Head) = (exchange, head);
        if (head.Status == 101)
            Upgraded = exchange.Detach();
        else
            Body = exchange.OpenBody();
    }

    /// <summary>Status and headers.</summary>
    public ResponseHead Head { get; }

    /// <summary>The body as it was sent; null when the response can have none.</summary>
    public ResponseBodyStream? Body { get; }

    /// <summary>After a 101: the bare connection, the caller's to close.</summary>
    public Stream? Upgraded { get; }

    /// <summary>Nobody wants the body; the connection is kept when all of it has arrived.</summary>
    public void Discard() => Body?.Discard();

    /// <summary>Closes the connection unless the response has been read to its end.</summary>
    public void Close() => _exchange.Close();
}
