namespace Skep.Edge.Transport;

/// <summary>What a <see cref="LoopTrial"/> has found out.</summary>
internal enum LoopTrialResult
{
    /// <summary>Nothing yet.</summary>
    Open,

    /// <summary>More got done. Go back to what was before: then it shows whether that was for the loops.</summary>
    Unconfirmed,

    /// <summary>They are worth it.</summary>
    Helped,

    /// <summary>They are not.</summary>
    Failed,
}
