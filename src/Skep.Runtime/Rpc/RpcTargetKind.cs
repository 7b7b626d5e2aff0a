namespace Skep.Runtime.Rpc;

/// <summary>What a call is to; the numbers are those of <c>js/rpc/incoming.ts</c>.</summary>
internal enum RpcTargetKind
{
    /// <summary>The entrypoint that the session is with.</summary>
    Entrypoint,

    /// <summary>Something that was given away.</summary>
    Export,

    /// <summary>The result of another call, which may not be there yet.</summary>
    Result,
}
