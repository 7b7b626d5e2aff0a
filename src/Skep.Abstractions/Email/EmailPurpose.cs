namespace Skep.Abstractions.Email;

/// <summary>Why a Worker sends a message.</summary>
public enum EmailPurpose
{
    /// <summary>It wrote it.</summary>
    Send,

    /// <summary>It hands on one that it got.</summary>
    Forward,

    /// <summary>It answers one that it got.</summary>
    Reply,
}
