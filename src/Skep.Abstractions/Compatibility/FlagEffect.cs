namespace Skep.Abstractions.Compatibility;

/// <summary>What a compatibility flag does here.</summary>
public enum FlagEffect
{
    /// <summary>It switches what its note says on or off.</summary>
    Honoured,

    /// <summary>What its note says is so at every date; the flag changes nothing.</summary>
    Always,

    /// <summary>It is accepted and changes nothing: it concerns what this runtime does not have, or what is not the runtime's.</summary>
    Elsewhere,
}
